import type { DuckDBConnection } from '@duckdb/node-api';
import { GalleyError, reportError } from '../../base/errors.ts';
import type { CleaningRecipe, RecipePreview } from '../../contract/data-cleaning.ts';
import { keepInterrupting, openDuck, sqlName } from '../../store/duck.ts';
import type { SchemaColumn } from '../schema.ts';
import { cellOf } from '../versions/views.ts';
import { type RecipeInput, tableOf, toolsOf, type Watch } from './recipe-duck.ts';
import { recipeText } from './recipe-text.ts';
import { RecipeWork, type TableKeeper } from './recipe-work.ts';
import { rowName, type StepPlan, type StepTable } from './step-plan.ts';

export interface PreviewOrder {
  until?: number | undefined;
  look?: 'first' | 'sample' | undefined;
  limit?: number | undefined;
  /** How long it may take. */
  milliseconds?: number;
}

const lookedRows = 10_000;
const defaultLimit = 50;
/** How long a preview may take. */
export const previewMilliseconds = 20_000;
const markName = '__galley_mark_';

/** Tables between the steps in memory, the newest one only. */
class MemoryTables implements TableKeeper {
  readonly #connection: DuckDBConnection;
  readonly #watch: Watch;
  #number = 0;

  constructor(connection: DuckDBConnection, watch: Watch) {
    this.#connection = connection;
    this.#watch = watch;
  }

  async keep(query: string, columns: readonly string[]): Promise<{ rows: number; from: string }> {
    const table = `table_${this.#number}`;
    const names = columns.map((_, index) => `c${index}`);
    await this.#watch.watched(() =>
      this.#connection.run(`CREATE TEMP TABLE ${table} AS SELECT * FROM (${query}) AS kept(${names.join(', ')})`),
    );
    if (this.#number > 0) await this.#connection.run(`DROP TABLE table_${this.#number - 1}`);
    this.#number += 1;
    const counted = await this.#connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM ${table}`);
    const selects = columns.map((name, index) => `c${index} AS ${sqlName(name)}`).join(', ');
    return {
      rows: Number(counted.getRows()[0]?.[0]),
      from: `(SELECT ${selects}, rowid AS ${rowName} FROM ${table})`,
    };
  }
}

export function slowPreview(milliseconds: number): GalleyError {
  return new GalleyError('data.slow_preview', `The preview took longer than ${milliseconds / 1000} seconds.`);
}

/** Stops what runs once the whole preview has taken too long, or nobody waits for it any more. */
function deadline(connection: DuckDBConnection, milliseconds: number, signal?: AbortSignal): Watch & { end(): void } {
  let leave: (() => void) | undefined;
  const stop = () => {
    leave ??= keepInterrupting(connection);
  };
  const isStopped = () => leave !== undefined;
  const timer = setTimeout(stop, milliseconds);
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  return {
    async watched(work) {
      try {
        const result = await work();
        if (!isStopped()) return result;
      } catch (error) {
        if (!isStopped()) throw error;
      }
      if (signal?.aborted) throw new GalleyError('job.canceled', 'Nobody waits for the preview any more.');
      throw slowPreview(milliseconds);
    },
    end: () => {
      clearTimeout(timer);
      leave?.();
      signal?.removeEventListener('abort', stop);
    },
  };
}

function lookedAt(source: RecipeInput, look: PreviewOrder['look']): string {
  const { from, schema } = tableOf(source);
  const names = schema.map((column) => sqlName(column.name)).join(', ');
  const step = Math.ceil(source.rows / lookedRows);
  const numbered = `SELECT *, row_number() OVER () - 1 AS __galley_place FROM ${from}`;
  return look === 'sample' && step > 1
    ? `SELECT ${names} FROM (${numbered}) WHERE __galley_place % ${step} = 0`
    : `SELECT ${names} FROM ${from} LIMIT ${lookedRows}`;
}

type ColumnView = RecipePreview['columns'][number];

function columnViews(
  before: readonly SchemaColumn[],
  after: readonly SchemaColumn[],
  plan: StepPlan | undefined,
): ColumnView[] {
  return after.map(({ name, type }) => {
    const old = before.find((column) => column.name === name);
    const isChanged = old?.type !== type || plan?.columns.some((column) => column.name === name && column.changed);
    return { name, type, state: !old ? 'added' : plan && isChanged ? 'changed' : 'same' };
  });
}

/** What is looked at, and what is to be done to it. */
export interface PreviewInput extends PreviewOrder {
  recipe: CleaningRecipe;
  source: RecipeInput;
  /** Number of the source's version. */
  version: number;
  others: Record<string, RecipeInput>;
}

/**
 * What a recipe does to some rows of its source. A step that fails ends the preview, which tells of it.
 * @throws GalleyError `data.slow_preview`, `job.canceled`
 */
export async function previewRecipe(
  input: PreviewInput,
  temporaryFolder: string,
  signal?: AbortSignal,
): Promise<RecipePreview> {
  const { recipe, source, version, others, ...order } = input;
  const paths = [source, ...Object.values(others)].flatMap((table) => table.paths);
  const duck = await openDuck({ allowed: paths, temporaryFolder, memoryLimit: '600MB' });
  const connection = await duck.connect();
  const watch = deadline(connection, order.milliseconds ?? previewMilliseconds, signal);
  try {
    const tables = new MemoryTables(connection, watch);
    const names = source.schema.map((column) => column.name);
    let looked = 0;
    const begin = async (): Promise<RecipeWork> => {
      const kept = await tables.keep(lookedAt(source, order.look), names);
      looked = kept.rows;
      const start: StepTable = { from: kept.from, schema: source.schema };
      return new RecipeWork(start, kept.rows, toolsOf(connection, others, watch), tables);
    };
    const shown = await stepsShown(begin, recipe, order.until ?? recipe.steps.length - 1);
    return {
      looked: { rows: looked, of: source.rows, version },
      text: recipeText(recipe),
      ...shown.told,
      ...(await watch.watched(() => rowsShown(connection, shown, order.limit ?? defaultLimit))),
    };
  } finally {
    watch.end();
    connection.closeSync();
    duck.closeSync();
  }
}

interface Shown {
  table: StepTable;
  marks: { name: string; column: number }[];
  told: Pick<RecipePreview, 'steps' | 'shown' | 'columns' | 'removed' | 'schemas' | 'failure'>;
}

/** The steps several at a time; one after the other where one fails, so that the rows before it can be shown. */
async function stepsShown(begin: () => Promise<RecipeWork>, recipe: CleaningRecipe, until: number): Promise<Shown> {
  const together = await shownBy(await begin(), recipe, until, false);
  return together.told.failure ? shownBy(await begin(), recipe, until, true) : together;
}

async function shownBy(work: RecipeWork, recipe: CleaningRecipe, until: number, settleEach: boolean): Promise<Shown> {
  const schemas: (readonly SchemaColumn[])[] = [];
  let failure: RecipePreview['failure'] = null;
  let shown = -1;
  let before = work.schema;
  let last: StepPlan | undefined;
  let { table } = await work.settle();
  let marks: { name: string; column: number; sql: string }[] = [];
  const lastOn = recipe.steps.findLastIndex((step, index) => index <= until && step.skip !== true);
  for (const [index, step] of recipe.steps.entries()) {
    schemas.push(work.schema);
    if (index > until || step.skip === true || failure) continue;
    before = work.schema;
    try {
      last = await work.add(step, index);
      marks = last.columns.flatMap(({ changed }, column) =>
        changed ? [{ name: `${markName}${column}`, column, sql: changed }] : [],
      );
      if (settleEach || index === lastOn) ({ table } = await work.settle(index === lastOn ? marks : []));
      shown = index;
    } catch (error) {
      failure = { step: index, error: reportError(error) };
    }
  }
  schemas.push(table.schema);
  const isMarked = shown === lastOn && failure === null;
  const columns = columnViews(isMarked ? before : table.schema, table.schema, isMarked ? last : undefined);
  const removed = before.filter(({ name }) => !table.schema.some((column) => column.name === name));
  return {
    table,
    marks: isMarked ? marks : [],
    told: {
      steps: work.reports,
      shown,
      columns,
      removed: isMarked ? removed.map(({ name }) => name) : [],
      schemas: schemas.map((schema) => schema.map(({ name, type }) => ({ name, type }))),
      failure,
    },
  };
}

async function rowsShown(
  connection: DuckDBConnection,
  { table, marks }: Shown,
  limit: number,
): Promise<Pick<RecipePreview, 'rows' | 'changed'>> {
  const names = [...table.schema.map(({ name }) => name), ...marks.map(({ name }) => name)];
  const reader = await connection.runAndReadAll(
    `SELECT ${names.map(sqlName).join(', ')} FROM ${table.from} ORDER BY ${rowName} LIMIT ${limit}`,
  );
  const rows = reader.getRowsJson();
  const width = table.schema.length;
  return {
    rows: rows.map((row) =>
      row.slice(0, width).map((value, index) => cellOf(table.schema[index]?.type ?? 'text', value)),
    ),
    changed: rows.map((row) => marks.flatMap(({ column }, index) => (row[width + index] === true ? [column] : []))),
  };
}
