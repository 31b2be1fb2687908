import type { DuckDBConnection } from '@duckdb/node-api';
import { GalleyError } from '../base/errors.ts';
import type { FieldSignature } from '../contract/values.ts';
import type { InputValue } from '../serving/field-rule.ts';
import type { LoadedModel } from '../serving/model.ts';
import type { RowFault } from '../serving/row-check.ts';
import { csvTextTable, parquetTable, sqlName } from '../store/duck.ts';
import { valueOfText } from './value-of-text.ts';

/** Faults beyond so many are not looked for. */
const listedFaults = 20;

/** A CSV or Parquet file as rows for a model. */
export class PredictSource {
  /** The file as SQL. */
  readonly table: string;
  readonly columns: readonly string[];
  /** Null where only reading would tell. */
  readonly rows: number | null;
  readonly #connection: DuckDBConnection;
  readonly #path: string;
  readonly #model: LoadedModel;

  private constructor(
    connection: DuckDBConnection,
    path: string,
    model: LoadedModel,
    file: { table: string; columns: string[]; rows: number | null },
  ) {
    this.#connection = connection;
    this.#path = path;
    this.#model = model;
    this.table = file.table;
    this.columns = file.columns;
    this.rows = file.rows;
  }

  /** @throws GalleyError `deploy.unreadable_file`, `deploy.missing_column` */
  static async open(connection: DuckDBConnection, path: string, model: LoadedModel): Promise<PredictSource> {
    const isCsv = path.toLowerCase().endsWith('.csv');
    const table = isCsv ? csvTextTable(path) : parquetTable([path]);
    const columns = await readable(path, async () =>
      (await connection.runAndReadAll(`SELECT * FROM ${table} LIMIT 0`)).columnNames(),
    );
    requireColumns(path, columns, model.signature.inputs);
    const counted = isCsv ? null : await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM ${table}`);
    const rows = counted && Number(counted.getRows()[0]?.[0]);
    return new PredictSource(connection, path, model, { table, columns, rows });
  }

  /**
   * The checked rows in the file's order, so many at a time.
   * @throws GalleyError `deploy.invalid_rows`, `deploy.unreadable_file`
   */
  async *batches(size: number): AsyncGenerator<InputValue[][], void> {
    const { inputs } = this.#model.signature;
    const present = inputs.filter(({ name }) => this.columns.includes(name));
    const selected = present.map(({ name }) => `${sqlName(name)}::VARCHAR`).join(', ');
    const result = await readable(this.#path, () =>
      this.#connection.stream(`SELECT ${selected || 'NULL'} FROM ${this.table}`),
    );
    let batch: InputValue[][] = [];
    let position = 0;
    for (;;) {
      const chunk = await readable(this.#path, () => result.fetchChunk());
      if (!chunk || chunk.rowCount === 0) break;
      for (const texts of chunk.getRows() as (string | null)[][]) {
        batch.push(this.#checked(present, texts, position++));
        if (batch.length < size) continue;
        yield batch;
        batch = [];
      }
    }
    if (batch.length > 0) yield batch;
  }

  #checked(present: FieldSignature[], texts: (string | null)[], position: number): InputValue[] {
    const row = Object.fromEntries(
      present.map((field, index) => [field.name, valueOfText(field.type, texts[index] ?? null)]),
    );
    const faults: RowFault[] = [];
    const checked = this.#model.rows.check(row, position + 1, faults);
    if (checked) return checked.values;
    const [first] = faults as [RowFault];
    throw new GalleyError(
      'deploy.invalid_rows',
      `Row ${position + 1} of ${this.#path} does not fit the model: ${first.message}`,
      { details: { path: this.#path, row: position + 1, faults: faults.slice(0, listedFaults) } },
    );
  }
}

function requireColumns(path: string, columns: string[], inputs: FieldSignature[]): void {
  const missing = inputs.filter(({ name, nullable }) => !nullable && !columns.includes(name)).map(({ name }) => name);
  if (missing.length === 0) return;
  const message = `${path} lacks what the model cannot do without: ${missing.join(', ')}.`;
  throw new GalleyError('deploy.missing_column', message, { details: { path, missing, found: columns } });
}

async function readable<Result>(path: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (cause) {
    const [reason] = (cause as Error).message.split('\n');
    throw new GalleyError('deploy.unreadable_file', `${path} cannot be read: ${reason}`, { details: { path }, cause });
  }
}
