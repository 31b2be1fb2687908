import { closeSync, openSync, writeSync } from 'node:fs';
import { GalleyError } from '../../base/errors.ts';
import type { CellKind } from './csv-automaton.ts';
import type { Sighting } from './csv-scan.ts';
import { shortened } from './csv-types.ts';

const flushCharacters = 1 << 20;
const mostColumns = 10_000;
const missing = '\\N';

/** A cell that is present: what it can be read as, and its text. */
export interface CellValue {
  kind: CellKind;
  text: string;
}

/**
 * Writes rows as a CSV file in the one form that `cellsQuery` reads: texts in quotes, missing cells `\N`, rows as long as
 * the columns that were known then. Keeps which kinds of cell each column has. Columns may turn up in any row.
 */
export class CellsWriter {
  readonly names: string[] = [];
  readonly seen: Map<CellKind, Sighting>[] = [];
  rows = 0;
  /** Characters of the longest row. */
  longestRow = 0;
  /** Bytes in the file so far. */
  written = 0;
  readonly #fileName: string;
  readonly #places = new Map<string, number>();
  readonly #file: number;
  #row: (string | undefined)[] = [];
  #filled = 0;
  #pending: string[] = [];
  #pendingCharacters = 0;

  /** @param fileName of the source, for messages */
  constructor(path: string, fileName: string) {
    this.#fileName = fileName;
    this.#file = openSync(path, 'w');
  }

  /** The place of a column, a new one where the name is new. @throws GalleyError `data.too_many_columns` */
  column(name: string): number {
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    const place = this.addColumn(name);
    this.#places.set(name, place);
    return place;
  }

  /** Another column at the end, whatever its name. @throws GalleyError `data.too_many_columns` */
  addColumn(name: string): number {
    if (this.names.length >= mostColumns) {
      throw new GalleyError(
        'data.too_many_columns',
        `${this.#fileName} has more than ${mostColumns} columns; Galley takes up to ${mostColumns}.`,
        { details: { file: this.#fileName, limit: mostColumns } },
      );
    }
    this.seen.push(new Map());
    return this.names.push(name) - 1;
  }

  /** Sets a cell of the row that is being written; false where it has a value already. */
  set(place: number, kind: CellKind, text: string, line: number): boolean {
    if (this.#row[place] !== undefined) return false;
    const kinds = this.seen[place] as Map<CellKind, Sighting>;
    if (!kinds.has(kind)) kinds.set(kind, { line, text: shortened(text) });
    this.#row[place] = kind === 'text' || kind === 'code' ? `"${text.replaceAll('"', '""')}"` : text;
    this.#filled = Math.max(this.#filled, place + 1);
    return true;
  }

  /** Sets a cell of a column whose kinds are of no interest, as it will stand in the file. */
  setRaw(place: number, text: string): void {
    this.#row[place] = text;
    this.#filled = Math.max(this.#filled, place + 1);
  }

  endRow(): void {
    const row = this.#row;
    let line = row[0] ?? missing;
    for (let place = 1; place < this.#filled; place++) line += `,${row[place] ?? missing}`;
    this.#pending.push(line);
    this.longestRow = Math.max(this.longestRow, line.length);
    this.#pendingCharacters += line.length + 1;
    this.rows++;
    this.#row = new Array(this.names.length);
    this.#filled = 0;
    if (this.#pendingCharacters >= flushCharacters) this.#flush();
  }

  #flush(): void {
    if (this.#pending.length === 0) return;
    const bytes = Buffer.from(`${this.#pending.join('\n')}\n`);
    for (let from = 0; from < bytes.length; ) from += writeSync(this.#file, bytes, from);
    this.written += bytes.length;
    this.#pending = [];
    this.#pendingCharacters = 0;
  }

  /** Writes what is left and closes the file. */
  close(): void {
    try {
      this.#flush();
    } finally {
      closeSync(this.#file);
    }
  }
}

/** A text as `setRaw` takes it. */
export function rawText(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
