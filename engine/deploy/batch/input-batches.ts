import { type DuckDBConnection, type DuckDBDataChunk, DuckDBDoubleVector, type DuckDBInstance } from '@duckdb/node-api';
import { GalleyError } from '../../base/errors.ts';
import type { ColumnType, Signature } from '../../contract/values.ts';
import { ColumnCheck } from '../../serving/column-check.ts';
import { RowCheck } from '../../serving/row-check.ts';
import { type RowFault, RowFaults } from '../../serving/row-faults.ts';
import type { TensorColumn } from '../../serving/tensors.ts';
import { valueOfText } from '../../serving/value-of-text.ts';
import type { ScoredTable } from './scored-table.ts';

/** Checked rows of a table, in columns in the order of the signature's inputs. */
export interface InputBatch {
  columns: TensorColumn[];
  rows: number;
}

/** Faults beyond so many are not listed. */
const listedFaults = 20;
/** Rows that the model is given at a time. */
const batchRows = 16_384;

/** Reads a table in the order of its rows, column by column. */
export class InputBatches {
  readonly #duck: DuckDBInstance;
  readonly #table: ScoredTable;
  readonly #signature: Signature;
  /** With the place of each among the columns that are read. */
  readonly #checks: { check: ColumnCheck; position: number; place: number }[];

  constructor(duck: DuckDBInstance, table: ScoredTable, signature: Signature) {
    this.#duck = duck;
    this.#table = table;
    this.#signature = signature;
    const places = new Map(table.wanted.map(({ name }, place) => [name, place]));
    this.#checks = signature.inputs.flatMap((field, position) => {
      const place = places.get(field.name);
      return place === undefined ? [] : [{ check: new ColumnCheck(field), position, place }];
    });
  }

  /**
   * The rows from one on.
   * @throws GalleyError `deploy.invalid_rows` for the first row that does not fit, `deploy.unreadable_file`
   */
  async *read(firstRow: number): AsyncGenerator<InputBatch, void> {
    const connection = await this.#duck.connect();
    try {
      let row = firstRow;
      let batch = this.#emptyBatch();
      for await (const chunk of this.#chunks(connection, this.#table.query(firstRow))) {
        if (batch.rows + chunk.rowCount > batchRows) {
          yield trimmed(batch);
          batch = this.#emptyBatch();
        }
        const fault = this.#take(chunk, batch);
        if (fault !== null) throw await this.#faultOf(row + fault);
        batch.rows += chunk.rowCount;
        row += chunk.rowCount;
      }
      if (batch.rows > 0) yield trimmed(batch);
    } finally {
      connection.closeSync();
    }
  }

  /** Puts the rows of a chunk into a batch, up to the first that does not fit, whose place it answers. */
  #take(chunk: DuckDBDataChunk, { columns, rows }: InputBatch): number | null {
    let fault: number | null = null;
    for (const { check, position, place } of this.#checks) {
      const cells = chunk.getColumnVector(place);
      const into = columns[position] as TensorColumn;
      const wrong =
        cells instanceof DuckDBDoubleVector
          ? check.numbers(doublesOf(cells), into, rows)
          : check.texts(chunk.getColumnValues(place) as (string | null)[], into, rows);
      if (wrong !== -1 && (fault === null || wrong < fault)) fault = wrong;
    }
    return fault;
  }

  /** What is wrong with a row, in the words of the check of rows. */
  async #faultOf(row: number): Promise<GalleyError> {
    const connection = await this.#duck.connect();
    try {
      const [cells = []] = (await connection.runAndReadAll(this.#table.rowQuery(row))).getRows();
      const types = new Map(this.#signature.inputs.map(({ name, type }) => [name, type]));
      const values = this.#table.wanted.map(({ name }, place) => {
        const type = types.get(name) as ColumnType;
        return [name, valueOfText(type, cells[place] as string | null)] as const;
      });
      const faults = new RowFaults();
      new RowCheck(this.#signature).check(Object.fromEntries(values), row + 1, faults);
      const [first] = faults.listed as [RowFault];
      const { name } = this.#table;
      return new GalleyError(
        'deploy.invalid_rows',
        `Row ${row + 1} of ${name} does not fit the model: ${first.message}`,
        { details: { path: name, row: row + 1, faults: faults.listed.slice(0, listedFaults) } },
      );
    } finally {
      connection.closeSync();
    }
  }

  async *#chunks(connection: DuckDBConnection, query: string): AsyncGenerator<DuckDBDataChunk, void> {
    try {
      const result = await connection.stream(query);
      for (;;) {
        const chunk = await result.fetchChunk();
        if (!chunk || chunk.rowCount === 0) return;
        yield chunk;
      }
    } catch (cause) {
      const [reason] = (cause as Error).message.split('\n');
      const { name } = this.#table;
      const message = `${name} cannot be read: ${reason}`;
      throw new GalleyError('deploy.unreadable_file', message, { details: { path: name }, cause });
    }
  }

  /** All columns of numbers lie in one piece of memory: many small ones that threads take and free leave holes in it. */
  #emptyBatch(): InputBatch {
    const { inputs } = this.#signature;
    const numbers = new Float32Array(inputs.filter(({ tensor }) => tensor === 'float').length * batchRows);
    numbers.fill(Number.NaN);
    let start = 0;
    const columns = inputs.map(({ tensor }) => {
      if (tensor === 'string') return new Array<string>(batchRows).fill('');
      start += batchRows;
      return numbers.subarray(start - batchRows, start);
    });
    return { columns, rows: 0 };
  }
}

/** The numbers of a column, in DuckDB's memory for as long as its chunk is not gone. */
function doublesOf(vector: DuckDBDoubleVector): Float64Array {
  return (vector as unknown as { items: Float64Array }).items;
}

function trimmed({ columns, rows }: InputBatch): InputBatch {
  if (rows === batchRows) return { columns, rows };
  return { columns: columns.map((column) => column.slice(0, rows) as TensorColumn), rows };
}
