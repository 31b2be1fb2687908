import { GalleyError } from '../../base/errors.ts';
import { sqlName } from '../../store/duck.ts';
import type { SchemaColumn } from '../schema.ts';
import { isReservedName } from '../sources/unique-names.ts';
import type { ExpressionOptions, SqlExpression } from '../sql-expression.ts';
import { unknownColumn } from '../unknown-column.ts';

/** Where a row stands, in every table that a step reads. */
export const rowName = '__galley_row';
/** Names that belong to the work itself. */
const ownNames = /^__galley_/i;

/** A table with the columns of its schema and `__galley_row`. */
export interface StepTable {
  /** What stands after FROM. */
  from: string;
  schema: readonly SchemaColumn[];
}

/** What planning a step may ask. */
export interface StepTools {
  /** Rows of a short query on the recipe's own DuckDB. */
  ask(sql: string): Promise<unknown[][]>;
  /** @throws GalleyError `data.invalid_sql`, `data.unknown_column` */
  check(text: string, schema: readonly SchemaColumn[], options?: ExpressionOptions): Promise<SqlExpression>;
  /** The rows that a join takes from. @throws GalleyError `data.unknown_dataset` and the like */
  other(reference: string): StepTable;
}

/** An expression for each column of the result, over the columns of the input. */
export interface PlannedColumn extends SchemaColumn {
  sql: string;
  /** A condition over the input: the cell gets another value. Only for columns that were there before. */
  changed?: string;
}

/** A condition over the input that must hold for no row. */
export interface PlannedFault {
  sql: string;
  /** The value that is shown, and where it stands. */
  value: string;
  message(count: number, examples: string): string;
}

/** What a step does, in SQL. */
export interface StepPlan {
  columns: PlannedColumn[];
  /** Rows that stay. */
  where?: string;
  /** A table in place of the input, which the expressions are over. */
  from?: string;
  /** Another order of the rows. */
  orderBy?: string;
  /** Rows for which something is to be told, by the words for it. */
  counts?: { what: string; sql: string }[];
  faults?: PlannedFault[];
  /** True where rows come out in another order than they went in, to be put back. */
  mixesRows?: boolean;
}

/** Steps that need their input at hand: they drop or add rows, or compute something of all of them first. */
export const wholeInputKinds: ReadonlySet<string> = new Set([
  'filter',
  'deduplicate',
  'sample',
  'join',
  'sort',
  'fill',
]);

export function stepFault(message: string, details: Record<string, unknown> = {}): GalleyError {
  return new GalleyError('data.invalid_step', message, { details });
}

/** @throws GalleyError `data.unknown_column` with the nearest name */
export function requireColumn(schema: readonly SchemaColumn[], name: string): SchemaColumn {
  const column = schema.find((known) => known.name === name);
  if (column) return column;
  const columns = schema.map((known) => known.name);
  throw unknownColumn(name, columns);
}

/** Columns as they are. */
export function kept(schema: readonly SchemaColumn[]): PlannedColumn[] {
  return schema.map((column) => ({ ...column, sql: sqlName(column.name) }));
}

/**
 * Adds columns behind the others. @throws GalleyError `data.invalid_step` where a name is taken or cannot be one
 */
export function withAdded(columns: PlannedColumn[], added: readonly PlannedColumn[]): PlannedColumn[] {
  const all = [...columns, ...added];
  requireNames(
    all.map((column) => column.name),
    columns,
  );
  return all;
}

/**
 * Names of a table differ also where case does not count, and a new one is none that Galley keeps for itself.
 * @param before columns that were there
 * @throws GalleyError `data.invalid_step`
 */
export function requireNames(names: readonly string[], before: readonly { name: string }[]): void {
  const known = new Set(before.map((column) => column.name));
  const seen = new Map<string, string>();
  for (const name of names) {
    const folded = name.normalize('NFC').toLowerCase();
    const other = seen.get(folded);
    if (other !== undefined) throw stepFault(`There would be two columns "${name}".`, { column: name, other });
    if (isReservedName(name) && !known.has(name))
      throw stepFault(`A column cannot have the name "${name}", which Galley keeps for itself; choose another one.`, {
        column: name,
      });
    if (name.trim() === '' || name.includes('\0') || ownNames.test(name))
      throw stepFault(`${JSON.stringify(name)} cannot be the name of a column.`, { column: name });
    seen.set(folded, name);
  }
}

/** A list of quoted names. */
export function namesSql(names: readonly string[]): string {
  return names.map(sqlName).join(', ');
}
