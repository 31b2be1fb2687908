import type { StepOf } from '../../../contract/cleaning-steps.ts';
import { sqlName } from '../../../store/duck.ts';
import { duckType, type SchemaColumn } from '../../schema.ts';
import { literal } from '../literal.ts';
import {
  kept,
  type PlannedColumn,
  requireColumn,
  rowName,
  type StepPlan,
  type StepTable,
  type StepTools,
  stepFault,
} from '../step-plan.ts';
import { timeOrder } from './time-order.ts';

const isNumber = (column: SchemaColumn) => ['int64', 'float64', 'decimal'].includes(column.type);

/** The value of a whole column that fills its gaps, as a literal; undefined where the column has none. */
async function statistic(
  method: 'mean' | 'median' | 'mode',
  column: SchemaColumn,
  { from }: StepTable,
  tools: StepTools,
): Promise<string | undefined> {
  const name = sqlName(column.name);
  const isFloat = column.type === 'float64';
  const where = isFloat ? `isfinite(${name})` : `${name} IS NOT NULL`;
  if (method === 'mode') {
    const sql = `SELECT ${name}::VARCHAR FROM ${from} WHERE ${where} GROUP BY ${name} ORDER BY count(*) DESC, ${name} LIMIT 1`;
    const text = (await tools.ask(sql))[0]?.[0];
    return text === undefined || text === null ? undefined : `${textLiteral(String(text))}::${duckType(column)}`;
  }
  if (!isNumber(column))
    throw stepFault(`Column "${column.name}" holds no numbers, so it has no ${method}.`, { column: column.name });
  // whole numbers and decimals are added exactly; numbers one after the other in the order of the rows
  const measure =
    method === 'median' ? `median(${name})` : isFloat ? `avg(${name} ORDER BY ${rowName})` : `avg(${name})`;
  const text = (await tools.ask(`SELECT (${measure})::DOUBLE::VARCHAR FROM ${from} WHERE ${where}`))[0]?.[0];
  if (text === undefined || text === null) return undefined;
  return column.type === 'decimal'
    ? `round(${textLiteral(String(text))}::DOUBLE, ${column.scale ?? 0})::${duckType(column)}`
    : `${textLiteral(String(text))}::DOUBLE`;
}

function textLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The nearest value before or after in time, or in the order of the rows. Rows without a time stay as they are. */
function neighbour(step: StepOf<'fill'>, schema: readonly SchemaColumn[], name: string): string {
  const order = timeOrder(schema, step.by, step.group);
  const [choice, frame] =
    step.with === 'previous'
      ? ['last_value', 'UNBOUNDED PRECEDING AND CURRENT ROW']
      : ['first_value', 'CURRENT ROW AND UNBOUNDED FOLLOWING'];
  const found = `${choice}(${name} IGNORE NULLS) OVER (${order.window} ROWS BETWEEN ${frame})`;
  return order.isTimed === undefined ? found : `CASE WHEN ${order.isTimed} THEN ${found} END`;
}

async function valueFor(
  step: StepOf<'fill'>,
  column: SchemaColumn,
  input: StepTable,
  tools: StepTools,
): Promise<string | undefined> {
  switch (step.with) {
    case 'value':
      return literal(column, step.value as string | number | boolean);
    case 'previous':
    case 'next':
      return neighbour(step, input.schema, sqlName(column.name));
    default:
      return statistic(step.with, column, input, tools);
  }
}

/**
 * Puts values where there are none. Mean and median leave out what is not finite and make whole numbers numbers; the
 * mode is the most frequent value, of several the smallest. A column without any value stays as it is.
 */
export async function planFill(step: StepOf<'fill'>, input: StepTable, tools: StepTools): Promise<StepPlan> {
  const columns: PlannedColumn[] = kept(input.schema);
  for (const name of step.columns) {
    const column = requireColumn(input.schema, name);
    const value = await valueFor(step, column, input, tools);
    const place = columns.findIndex((planned) => planned.name === name);
    const becomesFloat = column.type === 'int64' && (step.with === 'mean' || step.with === 'median');
    const type = becomesFloat ? { type: 'float64' as const } : {};
    const old = becomesFloat ? `${sqlName(name)}::DOUBLE` : sqlName(name);
    columns[place] =
      value === undefined
        ? { ...column, ...type, sql: old }
        : {
            ...column,
            ...type,
            sql: `coalesce(${old}, ${value})`,
            changed: `${sqlName(name)} IS NULL AND (${value}) IS NOT NULL`,
          };
  }
  return { columns, mixesRows: step.with === 'previous' || step.with === 'next' };
}
