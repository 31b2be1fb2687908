import { GalleyError } from '../../../base/errors.ts';
import type { ImportOptions } from '../../../contract/import-options.ts';
import type { Problem } from '../../../contract/values.ts';
import type { CellsWriter, CellValue } from '../cells-writer.ts';
import { uniqueNames } from '../unique-names.ts';
import { lettersOf } from './excel-values.ts';
import type { SheetRow } from './sheet-cells.ts';

function isHeader(cells: ReadonlyMap<number, CellValue>): boolean {
  return [...cells.values()].some(({ kind }) => kind === 'text');
}

/**
 * Makes a table of a sheet's rows. It begins at the first row that holds anything, which is its header unless it holds
 * no text; its columns are those of the first two rows, from the first to the last with a value.
 */
export class SheetTable {
  readonly warnings: Problem[] = [];
  /** Whether the first row names the columns; known once a row was written. */
  hasHeader = false;
  readonly #writer: CellsWriter;
  readonly #fileName: string;
  readonly #options: Pick<ImportOptions, 'header' | 'skipLines'>;
  readonly #headRows: number;
  #first: SheetRow | undefined;
  #from = 0;
  #columns = 0;
  /** Where each column is written. */
  #places: number[] = [];

  constructor(
    writer: CellsWriter,
    fileName: string,
    options: Pick<ImportOptions, 'header' | 'skipLines'>,
    headRows: number | undefined,
  ) {
    this.#writer = writer;
    this.#fileName = fileName;
    this.#options = options;
    this.#headRows = headRows ?? Number.POSITIVE_INFINITY;
  }

  /** Takes the next row; false where no more are wanted. @throws GalleyError `data.ragged_rows`, `data.too_many_columns` */
  add(row: SheetRow): boolean {
    if (row.number <= (this.#options.skipLines ?? 0)) return true;
    if (this.#first === undefined) {
      this.#first = row;
      return true;
    }
    if (this.#columns === 0) this.#begin(this.#first, row);
    this.#write(row);
    return this.#writer.rows < this.#headRows;
  }

  /** Ends the table: one of a single row has no second one to begin it. */
  finish(): void {
    if (this.#first && this.#columns === 0) this.#begin(this.#first);
  }

  #begin(first: SheetRow, second?: SheetRow): void {
    this.hasHeader = this.#options.header ?? isHeader(first.cells);
    const used = [...first.cells.keys(), ...(second?.cells.keys() ?? [])];
    this.#from = used.reduce((least, column) => Math.min(least, column), Number.POSITIVE_INFINITY);
    const columns = used.reduce((most, column) => Math.max(most, column), 0) - this.#from + 1;
    this.#columns = columns;
    const written = Array.from({ length: columns }, (_, place) =>
      this.hasHeader ? (first.cells.get(this.#from + place)?.text ?? '') : '',
    );
    const { names, warnings } = uniqueNames(written, first.number);
    this.#places = names.map((name) => this.#writer.addColumn(name));
    if (this.hasHeader) {
      this.warnings.push(...warnings);
      return;
    }
    this.warnings.push({
      code: 'data.no_header',
      message: `The first row of ${this.#fileName} is no header: its columns are named ${names[0]} to ${names.at(-1)}.`,
      line: first.number,
    });
    this.#write(first);
  }

  #write({ number, cells }: SheetRow): void {
    for (const [column, { kind, text }] of cells) {
      const place = column - this.#from;
      if (place < 0 || place >= this.#columns) {
        throw new GalleyError(
          'data.ragged_rows',
          `Row ${number} of ${this.#fileName} has a value in column ${lettersOf(column)}, outside the table that begins ` +
            `in row ${this.#first?.number}; where rows of title stand above the table, leave them out.`,
          { details: { file: this.#fileName, lines: [number] } },
        );
      }
      this.#writer.set(this.#places[place] as number, kind, text, number);
    }
    this.#writer.endRow(number);
  }
}
