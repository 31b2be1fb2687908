import type { RowPage } from '../../../engine/contract/data-rows.ts';
import { asClientError, type ClientError } from '../../client/client-error.ts';
import { commonDecimals } from '../column-words.ts';

export type ReadRows = (
  offset: number,
  limit: number,
  columns: readonly string[],
  signal: AbortSignal,
) => Promise<RowPage>;

const pageRows = 200;
const blockColumns = 40;
const keptPages = 60;
/** What is passed at speed is not read: only where the table rests so long. */
const restMilliseconds = 40;

interface Page {
  rows: RowPage['rows'];
  positions: number[];
}

/** Cells of a large table, read in pages of rows and blocks of columns as they come into view. */
export class GridPages {
  readonly #read: ReadRows;
  readonly #columns: readonly string[];
  readonly #places: ReadonlyMap<string, number>;
  readonly #onTotal: (total: number) => void;
  #pages = $state.raw<ReadonlyMap<string, Page>>(new Map());
  readonly #decimals = new Map<string, number>();
  readonly #pending = new Map<string, AbortController>();
  #error = $state.raw<ClientError | undefined>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isFirst = true;

  constructor(columns: readonly string[], read: ReadRows, onTotal: (total: number) => void) {
    this.#columns = columns;
    this.#places = new Map(columns.map((name, index) => [name, index]));
    this.#read = read;
    this.#onTotal = onTotal;
  }

  get error(): ClientError | undefined {
    return this.#error;
  }

  /** A cell, undefined while it is on the way. */
  cell(row: number, column: string): RowPage['rows'][number][number] | undefined {
    const place = this.#places.get(column);
    if (place === undefined) return undefined;
    const page = this.#pages.get(keyOf(Math.floor(row / pageRows), Math.floor(place / blockColumns)));
    return page?.rows[row % pageRows]?.[place % blockColumns];
  }

  /** Where a row stands in the version, undefined while it is on the way. */
  position(row: number): number | undefined {
    const number = Math.floor(row / pageRows);
    for (const [key, page] of this.#pages) if (key.startsWith(`${number}/`)) return page.positions[row % pageRows];
    return undefined;
  }

  /** Decimals that the cells of a column read so far have in common. */
  decimals(column: string): number {
    void this.#pages;
    return this.#decimals.get(column) ?? 0;
  }

  /** Sees to it that these rows and columns are or will be there, and nothing else is read any more. */
  want(firstRow: number, lastRow: number, columns: readonly string[]): void {
    const blocks = new Set(columns.map((name) => Math.floor((this.#places.get(name) ?? 0) / blockColumns)));
    const wanted: [number, number][] = [];
    for (let page = Math.floor(firstRow / pageRows); page <= Math.floor(lastRow / pageRows); page++)
      for (const block of blocks) wanted.push([page, block]);
    const keys = new Set(wanted.map(([page, block]) => keyOf(page, block)));
    for (const [key, controller] of this.#pending) if (!keys.has(key)) controller.abort();
    clearTimeout(this.#timer);
    const missing = wanted.filter(([page, block]) => !this.#pages.has(keyOf(page, block)));
    if (missing.length === 0 || this.#error) return;
    const start = () => {
      for (const [page, block] of missing) void this.#fetch(page, block);
    };
    if (this.#isFirst) start();
    else this.#timer = setTimeout(start, restMilliseconds);
    this.#isFirst = false;
  }

  retry(): void {
    this.#error = undefined;
  }

  /** Ends what is being read. */
  stop(): void {
    clearTimeout(this.#timer);
    for (const controller of this.#pending.values()) controller.abort();
  }

  async #fetch(page: number, block: number): Promise<void> {
    const key = keyOf(page, block);
    if (this.#pending.has(key)) return;
    const controller = new AbortController();
    this.#pending.set(key, controller);
    try {
      const columns = this.#columns.slice(block * blockColumns, (block + 1) * blockColumns);
      const { rows, positions, total } = await this.#read(page * pageRows, pageRows, columns, controller.signal);
      const next = new Map(this.#pages);
      columns.forEach((name, index) => {
        const known = this.#decimals.get(name) ?? 0;
        this.#decimals.set(name, Math.max(known, commonDecimals(rows.map((row) => row[index]))));
      });
      next.set(key, { rows, positions });
      for (const old of next.keys()) {
        if (next.size <= keptPages) break;
        next.delete(old);
      }
      this.#pages = next;
      this.#onTotal(total);
    } catch (thrown) {
      if (!controller.signal.aborted) this.#error = asClientError(thrown);
    } finally {
      this.#pending.delete(key);
    }
  }
}

function keyOf(page: number, block: number): string {
  return `${page}/${block}`;
}
