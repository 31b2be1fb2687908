import type { RowPage } from '../../../engine/contract/data.ts';
import { asClientError, type ClientError } from '../../client/client-error.ts';

export type Cell = RowPage['rows'][number][number];
export type ReadPage = (offset: number, limit: number) => Promise<RowPage>;

const pageSize = 200;
const keptPages = 40;

/** Rows of a large table, read in pages as they are scrolled to; the pages used longest ago are dropped. */
export class RowPages {
  #read: ReadPage;
  #pages = $state.raw<ReadonlyMap<number, Cell[][]>>(new Map());
  #asked = new Set<number>();
  #error = $state.raw<ClientError | undefined>();

  constructor(read: ReadPage) {
    this.#read = read;
  }

  get error(): ClientError | undefined {
    return this.#error;
  }

  /** A row, undefined while its page is on the way. */
  row(index: number): Cell[] | undefined {
    return this.#pages.get(Math.floor(index / pageSize))?.[index % pageSize];
  }

  /** Sees to it that the rows from `first` to `last` are or will be there. */
  want(first: number, last: number): void {
    for (let page = Math.floor(first / pageSize); page <= Math.floor(last / pageSize); page++) {
      if (!this.#asked.has(page)) void this.#fetch(page);
    }
  }

  retry(): void {
    this.#error = undefined;
    this.#asked = new Set(this.#pages.keys());
  }

  async #fetch(page: number): Promise<void> {
    this.#asked.add(page);
    try {
      const { rows } = await this.#read(page * pageSize, pageSize);
      const next = new Map(this.#pages);
      next.set(page, rows);
      for (const old of next.keys()) {
        if (next.size <= keptPages) break;
        next.delete(old);
        this.#asked.delete(old);
      }
      this.#pages = next;
    } catch (thrown) {
      this.#error = asClientError(thrown);
    }
  }
}
