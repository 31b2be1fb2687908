import type { RowEdits } from '../../../engine/contract/data-edits.ts';
import type { Cell } from '../../../engine/contract/data-rows.ts';
import type { ColumnType } from '../../../engine/contract/values.ts';
import { formatQuantity } from '../../ui/format.ts';

/** Changes to rows that are not a version yet, by the row's place in the version. */
export class RowEditsDraft {
  #cells = $state.raw<ReadonlyMap<number, Readonly<Record<string, Cell>>>>(new Map());
  #removed = $state.raw<ReadonlySet<number>>(new Set());

  get isEmpty(): boolean {
    return this.#cells.size === 0 && this.#removed.size === 0;
  }

  /** `2 cells changed, 1 row removed`. */
  get words(): string {
    const cells = [...this.#cells.values()].reduce((sum, values) => sum + Object.keys(values).length, 0);
    const parts = [
      ...(cells > 0 ? [`${formatQuantity(cells, 'cell')} changed`] : []),
      ...(this.#removed.size > 0 ? [`${formatQuantity(this.#removed.size, 'row')} removed`] : []),
    ];
    return parts.join(', ');
  }

  /** What `data.edit` takes. */
  get edits(): RowEdits {
    return {
      edits: [...this.#cells].filter(([row]) => !this.#removed.has(row)).map(([row, values]) => ({ row, values })),
      remove: [...this.#removed],
    };
  }

  /** The value that was written into a cell; undefined where none was. */
  changed(row: number, column: string): Cell | undefined {
    return this.#cells.get(row)?.[column];
  }

  isRemoved(row: number): boolean {
    return this.#removed.has(row);
  }

  change(row: number, column: string, value: Cell): void {
    this.#cells = new Map(this.#cells).set(row, { ...this.#cells.get(row), [column]: value });
  }

  toggleRemoved(row: number): void {
    const removed = new Set(this.#removed);
    if (!removed.delete(row)) removed.add(row);
    this.#removed = removed;
  }

  clear(): void {
    this.#cells = new Map();
    this.#removed = new Set();
  }
}

const truth: Readonly<Record<string, boolean>> = { true: true, false: false };

/** What was typed as a value of the column; the engine says where it does not fit. */
export function typedCell(type: ColumnType, text: string): Cell {
  switch (type) {
    case 'boolean':
      return truth[text.trim().toLowerCase()] ?? text;
    case 'int64':
    case 'float64': {
      const value = Number(text);
      return text.trim() === '' || Number.isNaN(value) || (type === 'int64' && !Number.isSafeInteger(value))
        ? text
        : value;
    }
    default:
      return text;
  }
}
