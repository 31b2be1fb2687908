import { closeSync, openSync, writeSync } from 'node:fs';
import { GalleyError } from '../../base/errors.ts';
import type { ImportOptions } from '../../contract/import-options.ts';
import type { CellKind } from './csv-automaton.ts';
import type { Sighting } from './csv-scan.ts';
import { shortened } from './csv-types.ts';
import { LineSteps } from './line-steps.ts';
import { TextKinds } from './text-kinds.ts';

const flushCharacters = 1 << 20;
const mostColumns = 10_000;
const missing = '\\N';

/** A cell that is present: what it can be read as, and its text. */
export interface CellValue {
  kind: CellKind;
  text: string;
}

/** The place of a column's texts that may be numbers, dates or truth, and what they can be. */
export interface TextCells {
  place: number;
  seen: Map<CellKind, Sighting>;
}

/**
 * Writes rows as a CSV file in the one form that `cellsQuery` reads: texts in quotes, missing cells `\N`, rows as long as
 * the columns that were known then. Keeps which kinds of cell each column has. Columns may turn up in any row. Where another
 * type than text is asked for, the texts of a column stand at a place of their own, to be read as CSV's cells are.
 */
export class CellsWriter {
  readonly names: string[] = [];
  readonly seen: Map<CellKind, Sighting>[] = [];
  rows = 0;
  /** Texts apart, by the place of their column. */
  readonly texts = new Map<number, TextCells>();
  /** In which line (or row of the sheet) each row begins. */
  readonly lines = new LineSteps(1);
  /** Characters of the longest row. */
  longestRow = 0;
  /** Bytes in the file so far. */
  written = 0;
  readonly #fileName: string;
  readonly #places = new Map<string, number>();
  readonly #asked: NonNullable<ImportOptions['types']>;
  readonly #kinds: TextKinds;
  readonly #file: number;
  #row: (string | undefined)[] = [];
  #filled = 0;
  #pending: string[] = [];
  #pendingCharacters = 0;

  /** @param fileName of the source, for messages */
  constructor(path: string, fileName: string, { types = {}, decimal, missing }: ImportOptions = {}) {
    this.#fileName = fileName;
    this.#asked = types;
    this.#kinds = new TextKinds(decimal, missing);
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
    const place = this.names.push(name) - 1;
    const asked = name.trim();
    if (Object.hasOwn(this.#asked, asked) && this.#asked[asked] !== 'text') {
      const seen = new Map<CellKind, Sighting>();
      this.seen.push(seen);
      this.texts.set(place, { place: this.names.push('') - 1, seen });
    }
    return place;
  }

  /** Sets a cell of the row that is being written; false where it has a value already. */
  set(place: number, kind: CellKind, text: string, line: number): boolean {
    const apart = this.texts.get(place);
    if (this.#row[place] !== undefined || (apart && this.#row[apart.place] !== undefined)) return false;
    if (kind !== 'text') this.#put(place, kind, text, kind === 'code' ? rawText(text) : text, line);
    else if (apart) this.#put(apart.place, this.#kinds.kindOf(text), text, rawText(text), line);
    else this.#put(place, this.#kinds.isMissing(text) ? 'missing' : 'text', text, rawText(text), line);
    return true;
  }

  #put(place: number, kind: CellKind, text: string, written: string, line: number): void {
    const kinds = this.seen[place] as Map<CellKind, Sighting>;
    if (!kinds.has(kind)) kinds.set(kind, { line, text: shortened(text) });
    this.setRaw(place, written);
  }

  /** Sets a cell of a column whose kinds are of no interest, as it will stand in the file. */
  setRaw(place: number, text: string): void {
    this.#row[place] = text;
    this.#filled = Math.max(this.#filled, place + 1);
  }

  /** @param lineNumber where the row begins */
  endRow(lineNumber = this.rows + 1): void {
    const row = this.#row;
    this.lines.add(this.rows, lineNumber);
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
