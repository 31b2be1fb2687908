import { join } from 'node:path';
import type { CleaningStep } from '../../engine/contract/cleaning-steps.ts';
import type { Cell } from '../../engine/contract/data-rows.ts';
import type { RecipeInput } from '../../engine/data/cleaning/recipe-duck.ts';
import { type RecipeJobOutput, runRecipeJob } from '../../engine/data/cleaning/recipe-job.ts';
import { duckType, type SchemaColumn } from '../../engine/data/schema.ts';
import { cellOf } from '../../engine/data/versions/views.ts';
import { openDuck, parquetTable, sqlName, sqlText } from '../../engine/store/duck.ts';
import { jobContext } from './import-files.ts';
import { temporaryFolder } from './temporary.ts';

export interface SmallTable {
  columns: SchemaColumn[];
  rows: Cell[][];
}

function cellSql(column: SchemaColumn, value: Cell): string {
  return value === null
    ? `NULL::${duckType(column)}`
    : `${sqlText(column.type === 'timestamp' ? String(value).replace(/Z$/, '') : String(value))}::${duckType(column)}`;
}

/** A table as Parquet files of some rows each. */
export async function writeTable({ columns, rows }: SmallTable, rowsPerFile = 25): Promise<RecipeInput> {
  const folder = temporaryFolder();
  const paths: string[] = [];
  const duck = await openDuck({ allowed: [folder], temporaryFolder: folder });
  const connection = await duck.connect();
  for (let first = 0; first === 0 || first < rows.length; first += rowsPerFile) {
    const path = join(folder, `rows-${rows.length - first}.parquet`); // names that do not sort like the rows
    const selects = rows
      .slice(first, first + rowsPerFile)
      .map((row) => `(${columns.map((column, index) => cellSql(column, row[index] ?? null)).join(', ')})`);
    const names = columns.map((column) => sqlName(column.name)).join(', ');
    const values =
      selects.length > 0
        ? `VALUES ${selects.join(', ')}`
        : `SELECT ${columns.map((column) => cellSql(column, null)).join(', ')} WHERE false`;
    await connection.run(`COPY (SELECT * FROM (${values}) AS t(${names})) TO ${sqlText(path)} (FORMAT parquet)`);
    paths.push(path);
  }
  connection.closeSync();
  duck.closeSync();
  return { paths, schema: columns, rows: rows.length };
}

export interface CleanedTable extends SmallTable {
  steps: RecipeJobOutput['steps'];
  identity: string;
}

/** Runs steps over a table in this process. */
export async function cleaned(
  steps: CleaningStep[],
  source: SmallTable | RecipeInput,
  others: Record<string, RecipeInput> = {},
): Promise<CleanedTable> {
  const input = 'paths' in source ? source : await writeTable(source);
  const recipe = { format: 1 as const, from: 'source', to: 'result', onNewVersion: 'run' as const, steps };
  const output = await runRecipeJob(
    { recipe, file: 'recipes/test.yaml', source: input, others, before: undefined, check: null },
    jobContext(),
  );
  const { schema, identity } = output.version;
  const paths = output.version.stored.parts.map(({ path }) => path);
  const duck = await openDuck({ allowed: paths, temporaryFolder: temporaryFolder() });
  const connection = await duck.connect();
  const rows = (await connection.runAndReadAll(`FROM ${parquetTable(paths)}`)).getRowsJson();
  connection.closeSync();
  duck.closeSync();
  return {
    columns: schema,
    rows: rows.map((row) => row.map((value, index) => cellOf(schema[index]?.type ?? 'text', value))),
    steps: output.steps,
    identity,
  };
}
