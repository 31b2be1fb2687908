import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { GalleyError } from '../../base/errors.ts';
import type { CleaningRecipe, StepReport } from '../../contract/data-cleaning.ts';
import type { CheckResult } from '../../contract/data-expectations.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { openDuck, sqlText } from '../../store/duck.ts';
import { type CheckInput, pathsOfCheck } from '../expectations/check-input.ts';
import { checkStaged } from '../expectations/check-staged.ts';
import type { SchemaColumn } from '../schema.ts';
import { copyStatement } from '../sources/csv-load.ts';
import { isDiskFull } from '../sources/read-context.ts';
import { describeRows } from '../versions/describe-rows.ts';
import type { PartFile } from '../versions/leaf-reader.ts';
import { chooseStorage, type StoredRows } from '../versions/storage-choice.ts';
import { defaultLimits } from '../versions/storage-limits.ts';
import { filesOf, type StoredForm } from '../versions/stored-form.ts';
import { type RecipeInput, tableOf, toolsOf, type Watch } from './recipe-duck.ts';
import { nothingLeft, RecipeWork, type TableKeeper } from './recipe-work.ts';
import type { StepTable } from './step-plan.ts';

export interface RecipeJobInput {
  recipe: CleaningRecipe;
  /** The recipe's file, for messages. */
  file: string;
  source: RecipeInput;
  /** What joins take from, by their references. */
  others: Record<string, RecipeInput>;
  /** The latest version of what the recipe makes, so that only what differs is stored. */
  before: StoredForm | undefined;
  /** What its rows must be like. */
  check: CheckInput | null;
}

export interface RecipeJobOutput {
  version: StoredRows & { checks: CheckResult[] | null };
  steps: StepReport[];
}

const memoryLimit = '800MB';
const pollMilliseconds = 200;

/** Interrupts what runs once the job was told to stop, and tells how far the recipe is. */
function watchOf(connection: DuckDBConnection, job: JobContext, done: () => { step: number; total: number }): Watch {
  return {
    async watched(work) {
      let canceled: unknown;
      const timer = setInterval(() => {
        try {
          job.throwIfCanceled();
          const { step, total } = done();
          const share = Math.min(99, Math.max(0, connection.progress.percentage));
          job.progress({ phase: 'cleaning', done: step * 100 + share, total: total * 100 });
        } catch (error) {
          canceled = error;
          connection.interrupt();
        }
      }, pollMilliseconds);
      try {
        job.throwIfCanceled();
        return await work();
      } catch (error) {
        throw canceled ?? error;
      } finally {
        clearInterval(timer);
      }
    },
  };
}

/** Tables between the steps as Parquet files of the staging folder; only the newest one is kept. */
class ParquetTables implements TableKeeper {
  readonly #connection: DuckDBConnection;
  readonly #folder: string;
  readonly #watch: Watch;
  #number = 0;
  #file: string | undefined;

  constructor(connection: DuckDBConnection, folder: string, watch: Watch) {
    this.#connection = connection;
    this.#folder = folder;
    this.#watch = watch;
  }

  get file(): string | undefined {
    return this.#file;
  }

  async keep(query: string, columns: readonly string[]): Promise<{ rows: number; from: string }> {
    const file = join(this.#folder, `table-${this.#number}.parquet`);
    this.#number += 1;
    const rows = await this.#watch.watched(async () => {
      await this.#connection.run(copyStatement(query, file, columns.length));
      const counted = await this.#connection.runAndReadAll(
        `SELECT num_rows::DOUBLE FROM parquet_file_metadata(${sqlText(file)})`,
      );
      return Number(counted.getRows()[0]?.[0]);
    });
    if (this.#file) rmSync(this.#file);
    this.#file = file;
    const schema = columns.map((name) => ({ name, type: 'text' as const }));
    return { rows, from: tableOf({ paths: [file], schema }).from };
  }
}

/** Runs a recipe over its source and writes the rows that come out as Parquet into the staging folder. */
export async function runRecipeJob(input: RecipeJobInput, job: JobContext): Promise<RecipeJobOutput> {
  const paths = [
    ...[input.source, ...Object.values(input.others)].flatMap((table) => table.paths),
    ...filesOf(input.before),
    ...pathsOfCheck(input.check),
  ];
  // with one thread the numbers in a window are added up in the same order each time
  const threads = input.recipe.steps.some(({ kind }) => kind === 'rolling') ? { threads: 1 } : {};
  const duck = await openDuck({ allowed: paths, temporaryFolder: job.stagingFolder, memoryLimit, ...threads });
  const connection = await duck.connect();
  try {
    return await runWith(duck, connection, input, job);
  } catch (cause) {
    if (!isDiskFull(cause)) throw cause;
    throw new GalleyError('store.disk_full', 'The disk is full; nothing was added.', { cause });
  } finally {
    connection.closeSync();
    duck.closeSync();
  }
}

async function runWith(
  duck: DuckDBInstance,
  connection: DuckDBConnection,
  input: RecipeJobInput,
  job: JobContext,
): Promise<RecipeJobOutput> {
  const steps = input.recipe.steps.map((step, index) => ({ step, index })).filter(({ step }) => step.skip !== true);
  let done = 0;
  const watch = watchOf(connection, job, () => ({ step: done, total: steps.length + 1 }));
  const tables = new ParquetTables(connection, job.stagingFolder, watch);
  const source = tableOf(input.source);
  const work = new RecipeWork(source, input.source.rows, toolsOf(connection, input.others, watch), tables);
  for (const { step, index } of steps) {
    await work.add(step, index);
    done += 1;
  }
  let { table, rows } = await work.settle();
  if (tables.file === undefined) {
    const names = source.schema.map((column) => column.name);
    rows = (await tables.keep(`SELECT * EXCLUDE (__galley_row) FROM ${source.from}`, names)).rows;
    table = source;
  }
  if (rows === 0) throw nothingLeft(`No row is left after the steps of ${input.file}.`);
  const part = { path: tables.file as string, rows };
  return { version: await finish(duck, connection, input, table, part, job), steps: work.reports };
}

/** Identity, profile, checks and storage of the rows that came out. */
async function finish(
  duck: DuckDBInstance,
  connection: DuckDBConnection,
  { check, before }: RecipeJobInput,
  table: StepTable,
  part: PartFile,
  job: JobContext,
): Promise<StoredRows & { checks: CheckResult[] | null }> {
  const schema: SchemaColumn[] = [...table.schema];
  const described = await describeRows(connection, schema, [part], job);
  const isKnown = described.identity === before?.identity;
  const checked = { connection, paths: [part.path], schema, rows: described.rows };
  const checks =
    check && !isKnown
      ? await checkStaged(checked, check, { acceptFailures: false, files: [], rowsBefore: 0, job })
      : null;
  const { stagingFolder, throwIfCanceled } = job;
  const work = { duck, stagingFolder, throwIfCanceled, limits: defaultLimits };
  const stored = await chooseStorage(work, { schema, parts: [part] }, isKnown ? undefined : before);
  return { ...described, checks, stored };
}
