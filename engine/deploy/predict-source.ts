import { GalleyError } from '../base/errors.ts';
import type { FieldSignature } from '../contract/values.ts';
import { openTableFile, type ReadContext, type TableFile } from '../data/for-jobs.ts';
import type { InputValue } from '../serving/field-rule.ts';
import type { LoadedModel } from '../serving/model.ts';
import { type RowFault, RowFaults } from '../serving/row-faults.ts';
import { valueOfText } from '../serving/value-of-text.ts';

/** Faults beyond so many are not looked for. */
const listedFaults = 20;

/** A file as rows for a model. */
export class PredictSource {
  /** The file as SQL, its cells as they are written. */
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: number;
  readonly #file: TableFile;
  readonly #path: string;
  readonly #model: LoadedModel;

  private constructor(path: string, model: LoadedModel, file: TableFile) {
    this.#path = path;
    this.#model = model;
    this.#file = file;
    this.table = file.whole();
    this.columns = file.schema.map(({ name }) => name);
    this.rows = file.rows;
  }

  /** @throws GalleyError `data.*`, `deploy.missing_column` */
  static async open(context: ReadContext, path: string, model: LoadedModel): Promise<PredictSource> {
    const source = new PredictSource(path, model, await openTableFile(path, context));
    requireColumns(path, source.columns, model.signature.inputs);
    return source;
  }

  /**
   * The checked rows in the file's order, so many at a time.
   * @throws GalleyError `deploy.invalid_rows`, `deploy.unreadable_file`
   */
  async *batches(size: number): AsyncGenerator<InputValue[][], void> {
    const { inputs } = this.#model.signature;
    const present = inputs.filter(({ name }) => this.columns.includes(name));
    const wanted = present.map(({ name, type }) => ({ name, form: type === 'text' ? 'written' : 'value' }) as const);
    const rows = wanted.length === 0 ? `SELECT NULL FROM ${this.table}` : `FROM ${this.#file.table(wanted)}`;
    const result = await readable(this.#path, () => this.#file.connection.stream(rows));
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
    const faults = new RowFaults();
    const checked = this.#model.rows.check(row, position + 1, faults);
    if (checked) return checked.values;
    const [first] = faults.listed as [RowFault];
    throw new GalleyError(
      'deploy.invalid_rows',
      `Row ${position + 1} of ${this.#path} does not fit the model: ${first.message}`,
      { details: { path: this.#path, row: position + 1, faults: faults.listed.slice(0, listedFaults) } },
    );
  }
}

function requireColumns(path: string, columns: readonly string[], inputs: FieldSignature[]): void {
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
