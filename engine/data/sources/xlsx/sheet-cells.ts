import { GalleyError } from '../../../base/errors.ts';
import type { CellValue } from '../cells-writer.ts';
import { kindOfText } from '../json/json-value.ts';
import { columnOf, lettersOf, numberValue, serialValue, unescapeText } from './excel-values.ts';
import type { Workbook } from './workbook.ts';
import { visitXml } from './xml.ts';

/** The most that one cell may hold; Excel's own limit is 32,767 characters. */
const longestCell = 1 << 20;

/** A kind of cell whose value cannot be kept, how many there are, and the first one. */
export interface Sightings {
  count: number;
  first: string;
}

/** What was noticed while a sheet was read. */
export interface SheetNotes {
  errors?: Sightings;
  withoutValue?: Sightings;
  wrongDates?: Sightings;
  merged?: Sightings;
}

export interface SheetRow {
  /** As the sheet counts, from 1. */
  number: number;
  /** Values by column of the sheet, from 0; missing ones are left out. */
  cells: Map<number, CellValue>;
}

interface OpenCell {
  column: number;
  type: string;
  style: number;
  value: string;
  hasValue: boolean;
  hasFormula: boolean;
}

/** Collects the rows of a sheet from its elements. */
class SheetVisitor {
  readonly notes: SheetNotes = {};
  readonly #workbook: Workbook;
  readonly #visitRow: (row: SheetRow) => boolean;
  #isDone = false;
  #row: SheetRow = { number: 0, cells: new Map() };
  #nextColumn = 0;
  #cell: OpenCell | undefined;
  #takesText = false;
  #inGuide = false;

  constructor(workbook: Workbook, visitRow: (row: SheetRow) => boolean) {
    this.#workbook = workbook;
    this.#visitRow = visitRow;
  }

  isDone(): boolean {
    return this.#isDone;
  }

  open(name: string, attributes: Record<string, string>): void {
    switch (name) {
      case 'row':
        this.#row = { number: Number(attributes.r ?? this.#row.number + 1), cells: new Map() };
        this.#nextColumn = 0;
        return;
      case 'c': {
        const column = attributes.r === undefined ? this.#nextColumn : (columnOf(attributes.r) ?? this.#nextColumn);
        this.#nextColumn = column + 1;
        const { t: type = 'n', s: style = '0' } = attributes;
        this.#cell = { column, type, style: Number(style), value: '', hasValue: false, hasFormula: false };
        return;
      }
      case 'f':
        if (this.#cell) this.#cell.hasFormula = true;
        return;
      case 'rPh':
        this.#inGuide = true;
        return;
      case 'v':
      case 't':
        this.#takesText = this.#cell !== undefined && !this.#inGuide;
        return;
      case 'mergeCell':
        this.#note('merged', attributes.ref ?? '');
    }
  }

  text(text: string): void {
    const cell = this.#cell;
    if (!this.#takesText || !cell) return;
    cell.value += text;
    cell.hasValue = true;
    if (cell.value.length > longestCell) {
      throw new GalleyError(
        'data.part_too_large',
        `Cell ${this.#reference(cell)} holds more than a million characters.`,
        {
          details: { lines: [this.#row.number] },
        },
      );
    }
  }

  close(name: string): void {
    if (name === 'v' || name === 't') this.#takesText = false;
    else if (name === 'rPh') this.#inGuide = false;
    else if (name === 'c' && this.#cell) {
      const value = this.#valueOf(this.#cell);
      if (value) this.#row.cells.set(this.#cell.column, value);
      this.#cell = undefined;
    } else if (name === 'row' && this.#row.cells.size > 0 && !this.#isDone) {
      this.#isDone = !this.#visitRow(this.#row);
    }
  }

  #reference({ column }: OpenCell): string {
    return `${lettersOf(column)}${this.#row.number}`;
  }

  #note(kind: keyof SheetNotes, reference: string): undefined {
    const note = this.notes[kind];
    this.notes[kind] = { count: (note?.count ?? 0) + 1, first: note?.first ?? reference };
    return undefined;
  }

  #valueOf(cell: OpenCell): CellValue | undefined {
    if (!cell.hasValue) {
      if (cell.type === 'inlineStr' || cell.type === 'str') return undefined;
      return cell.hasFormula ? this.#note('withoutValue', this.#reference(cell)) : undefined;
    }
    switch (cell.type) {
      case 's': {
        const text = this.#workbook.texts.get(Number(cell.value));
        return text === undefined || text === '' ? undefined : { kind: 'text', text };
      }
      case 'str':
      case 'inlineStr': {
        const text = unescapeText(cell.value);
        return text === '' ? undefined : { kind: 'text', text };
      }
      case 'b':
        return { kind: 'boolean', text: cell.value.trim() === '1' ? 'true' : 'false' };
      case 'e':
        return this.#note('errors', this.#reference(cell));
      case 'd':
        return { kind: kindOfText(cell.value), text: cell.value };
      default:
        return this.#numberOf(cell);
    }
  }

  #numberOf(cell: OpenCell): CellValue | undefined {
    const written = cell.value.trim();
    if (written === '') return undefined;
    const meaning = this.#workbook.meanings[cell.style] ?? 'number';
    if (meaning === 'number') return numberValue(written) ?? { kind: 'text', text: written };
    return serialValue(written, meaning, this.#workbook.dates1904) ?? this.#note('wrongDates', this.#reference(cell));
  }
}

/**
 * Visits the rows of a sheet that hold any value, in order.
 * @param visitRow answers false where no more rows are wanted
 * @throws GalleyError `data.corrupt_file`, `data.part_too_large`
 */
export async function visitSheet(
  workbook: Workbook,
  entryName: string,
  visitRow: (row: SheetRow) => boolean,
  onProgress: (characters: number) => void,
): Promise<SheetNotes> {
  const visitor = new SheetVisitor(workbook, visitRow);
  await visitXml(workbook.archive, entryName, visitor, onProgress);
  return visitor.notes;
}
