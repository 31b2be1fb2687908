import { GalleyError } from '../../base/errors.ts';
import type { ColumnType, FieldSignature, Signature } from '../../contract/values.ts';
import {
  openTableFile,
  type ReadContext,
  type StoredRows,
  storedTable,
  type TableFile,
  type WantedColumn,
} from '../../data/for-jobs.ts';

/** What is scored: a CSV or Parquet file, or the rows of a dataset version. */
export type ScoredSource =
  | { kind: 'file'; path: string; name: string }
  | ({ kind: 'dataset'; reference: string } & StoredRows);

/** What a source is called in messages. */
export function sourceName(source: ScoredSource): string {
  return source.kind === 'file' ? source.name : source.reference;
}

const numberTypes: ReadonlySet<ColumnType> = new Set(['int64', 'float64', 'decimal']);

/** A table whose rows a model answers. */
export class ScoredTable {
  readonly name: string;
  readonly rows: number;
  /** Another text means other rows. */
  readonly identity: string;
  readonly columns: readonly string[];
  readonly whole: TableFile['whole'];
  /** How the inputs that the table has are read. */
  readonly wanted: readonly WantedColumn[];
  readonly #file: TableFile;

  private constructor(name: string, file: TableFile, inputs: readonly FieldSignature[]) {
    this.name = name;
    this.rows = file.rows;
    this.identity = file.identity;
    this.columns = file.schema.map((column) => column.name);
    this.whole = file.whole;
    this.#file = file;
    const types = new Map(file.schema.map((column) => [column.name, column.type]));
    this.wanted = inputs.flatMap((field) => {
      const type = types.get(field.name);
      return type === undefined ? [] : [{ name: field.name, form: formOf(field.type, type) }];
    });
  }

  /** @throws GalleyError `data.*`, `deploy.missing_column` */
  static async open(source: ScoredSource, context: ReadContext, signature: Signature): Promise<ScoredTable> {
    const file =
      source.kind === 'file' ? await openTableFile(source.path, context) : storedTable(source, context.connection);
    const table = new ScoredTable(sourceName(source), file, signature.inputs);
    table.#requireColumns(signature.inputs);
    return table;
  }

  /** SQL for the wanted columns, from a row on. */
  query(firstRow: number): string {
    return `SELECT * FROM ${this.#table(this.wanted)} ${firstRow > 0 ? `OFFSET ${firstRow}` : ''}`;
  }

  /** SQL for one row, its cells as text. */
  rowQuery(row: number): string {
    const texts = this.wanted.map(({ name, form }) => ({
      name,
      form: form === 'number' ? ('value' as const) : form,
    }));
    return `SELECT * FROM ${this.#table(texts)} LIMIT 1 OFFSET ${row}`;
  }

  #table(wanted: readonly WantedColumn[]): string {
    return wanted.length === 0 ? `(SELECT NULL FROM ${this.whole.from})` : this.#file.table(wanted);
  }

  #requireColumns(inputs: readonly FieldSignature[]): void {
    const missing = inputs.filter(({ name, nullable }) => !nullable && !this.columns.includes(name));
    if (missing.length === 0) return;
    const names = missing.map(({ name }) => name);
    const message = `${this.name} lacks what the model cannot do without: ${names.join(', ')}.`;
    throw new GalleyError('deploy.missing_column', message, {
      details: { path: this.name, missing: names, found: this.columns },
    });
  }
}

function formOf(wanted: ColumnType, found: ColumnType): WantedColumn['form'] {
  if (wanted === 'text') return 'written';
  return numberTypes.has(wanted) && numberTypes.has(found) ? 'number' : 'value';
}
