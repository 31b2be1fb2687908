import type { StepOf } from '../../../contract/cleaning-steps.ts';
import { sqlName } from '../../../store/duck.ts';
import type { SchemaColumn } from '../../schema.ts';
import type { SqlExpression } from '../../sql-expression.ts';
import { kept, type PlannedColumn, requireColumn, requireNames, type StepPlan, type StepTools } from '../step-plan.ts';

export function planRename(step: StepOf<'rename'>, schema: readonly SchemaColumn[]): StepPlan {
  for (const name of Object.keys(step.columns)) requireColumn(schema, name);
  const columns = kept(schema).map((column) => ({ ...column, name: step.columns[column.name] ?? column.name }));
  requireNames(
    columns.map((column) => column.name),
    schema,
  );
  return { columns };
}

export function planDrop(step: StepOf<'drop'>, schema: readonly SchemaColumn[]): StepPlan {
  for (const name of step.columns) requireColumn(schema, name);
  return { columns: kept(schema.filter((column) => !step.columns.includes(column.name))) };
}

/** The named columns in the order in which they are named. */
export function planKeep(step: StepOf<'keep'>, schema: readonly SchemaColumn[]): StepPlan {
  return { columns: kept(step.columns.map((name) => requireColumn(schema, name))) };
}

/** The result of an expression as a new column, or in place of one that is there. */
export async function planDerive(
  step: StepOf<'derive'>,
  schema: readonly SchemaColumn[],
  tools: StepTools,
): Promise<StepPlan> {
  const { sql, type, scale } = await tools.check(step.sql, schema);
  const place = schema.findIndex((column) => column.name === step.column);
  const columns = kept(schema);
  if (place < 0) columns.push(derived(step.column, { sql, type, scale }));
  else {
    const before = schema[place] as SchemaColumn;
    const isSame = before.type === type && before.scale === scale;
    const name = sqlName(before.name);
    const changed = isSame ? `${sql} IS DISTINCT FROM ${name}` : `${sql}::VARCHAR IS DISTINCT FROM ${name}::VARCHAR`;
    columns[place] = { ...derived(step.column, { sql, type, scale }), changed };
  }
  requireNames(
    columns.map((column) => column.name),
    schema,
  );
  return { columns };
}

function derived(name: string, { sql, type, scale }: Pick<SqlExpression, 'sql' | 'type' | 'scale'>): PlannedColumn {
  return { name, sql, type, ...(scale === undefined ? {} : { scale }) };
}
