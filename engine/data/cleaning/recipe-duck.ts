import type { DuckDBConnection } from '@duckdb/node-api';
import { parquetTable, sqlName } from '../../store/duck.ts';
import type { SchemaColumn } from '../schema.ts';
import { checkExpression } from '../sql-expression.ts';
import { rowName, type StepTable, type StepTools, stepFault } from './step-plan.ts';

/** A version as a recipe reads it: its Parquet files in the order of their rows. */
export interface RecipeInput {
  paths: string[];
  schema: SchemaColumn[];
  rows: number;
}

/** Parquet files as a table; no name of a dataset hides one of DuckDB's own. */
export function tableOf({ paths, schema }: Pick<RecipeInput, 'paths' | 'schema'>): StepTable {
  const own = schema.find((column) => column.name.toLowerCase().startsWith('__galley_'));
  if (own)
    throw stepFault(`Column "${own.name}" has a name that Galley itself uses; give it another one.`, {
      column: own.name,
    });
  const columns = schema.map((column, index) => `c${index} AS ${sqlName(column.name)}`);
  const names = schema.map((_, index) => `c${index}`).join(', ');
  const row = `file_index::BIGINT * 1099511627776 + file_row_number AS ${rowName}`;
  return { from: `(SELECT ${columns.join(', ')}, ${row} FROM ${parquetTable(paths)} AS rows(${names}))`, schema };
}

/** Stops what runs on a connection where it was canceled or takes too long. */
export interface Watch {
  watched<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** What planning may ask, on a connection that reaches the recipe's inputs and nothing else. */
export function toolsOf(
  connection: DuckDBConnection,
  others: Readonly<Record<string, RecipeInput>>,
  watch: Watch,
): StepTools {
  return {
    ask: (sql) => watch.watched(async () => (await connection.runAndReadAll(sql)).getRowsJson()),
    check: (text, schema, options) => checkExpression(connection, text, schema, options),
    other(reference) {
      const input = others[reference];
      if (!input) throw new Error(`${reference} was not opened`);
      return tableOf(input);
    },
  };
}
