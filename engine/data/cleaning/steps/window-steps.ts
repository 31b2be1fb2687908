import type { StepOf } from '../../../contract/cleaning-steps.ts';
import { sqlName } from '../../../store/duck.ts';
import { duckType, type SchemaColumn } from '../../schema.ts';
import { kept, type PlannedColumn, requireColumn, rowName, type StepPlan, stepFault, withAdded } from '../step-plan.ts';
import { placesATime, timeOrder } from './time-order.ts';

/** The value some rows before in time; missing where there is no such row. */
export function planLag(step: StepOf<'lag'>, schema: readonly SchemaColumn[]): StepPlan {
  const column = requireColumn(schema, step.column);
  const { window, isTimed } = timeOrder(schema, step.by, step.group);
  const sql = `CASE WHEN ${isTimed} THEN lag(${sqlName(column.name)}, ${step.rows}) OVER (${window}) END`;
  return { columns: withAdded(kept(schema), [{ ...column, name: step.into, sql }]), mixesRows: true };
}

const measures: Record<StepOf<'rolling'>['measure'], string> = {
  mean: 'avg',
  sum: 'sum',
  min: 'min',
  max: 'max',
  std: 'stddev_samp',
  count: 'count',
};

const unitSeconds = { second: 1, minute: 60, hour: 3600, day: 86_400, week: 604_800 };

function microseconds(span: string): bigint {
  const [, number = '1', unit = 'day'] = /^(\d+) ?([a-z]+?)s?$/.exec(span) ?? [];
  return BigInt(number) * BigInt(unitSeconds[unit as keyof typeof unitSeconds]) * 1_000_000n;
}

/**
 * Which rows a window holds. In rows: the last ones up to this row, or before it. In time, with t the row's time: those in
 * (t - span, t], which takes all rows of that time in, or in [t - span, t), which takes none. Times are whole microseconds.
 */
function frame(step: StepOf<'rolling'>): string {
  const isBefore = step.until === 'before';
  if (step.rows !== undefined)
    return isBefore
      ? `ROWS BETWEEN ${step.rows} PRECEDING AND 1 PRECEDING`
      : `ROWS BETWEEN ${step.rows - 1} PRECEDING AND CURRENT ROW`;
  const span = microseconds(step.span ?? '');
  return isBefore
    ? `RANGE BETWEEN ${rowName} + ${span * placesATime}::HUGEINT PRECEDING AND ${rowName} + 1::HUGEINT PRECEDING`
    : `RANGE BETWEEN ${rowName} + ${(span - 1n) * placesATime}::HUGEINT PRECEDING AND ${placesATime - 1n}::HUGEINT - ${rowName} FOLLOWING`;
}

function resultColumn(step: StepOf<'rolling'>, column: SchemaColumn): SchemaColumn {
  if (step.measure === 'count') return { name: step.into, type: 'int64' };
  if (step.measure === 'min' || step.measure === 'max') return { ...column, name: step.into };
  if (!['int64', 'float64', 'decimal'].includes(column.type))
    throw stepFault(`Column "${column.name}" holds no numbers, so it has no ${step.measure}.`, { column: column.name });
  if (step.measure === 'sum') return { ...column, name: step.into };
  return { name: step.into, type: 'float64' };
}

/** A figure of the values in a window that never looks ahead. */
export function planRolling(step: StepOf<'rolling'>, schema: readonly SchemaColumn[]): StepPlan {
  const column = requireColumn(schema, step.column);
  const result = resultColumn(step, column);
  const { window, timeWindow, isTimed } = timeOrder(schema, step.by, step.group);
  const over = `OVER (${step.rows === undefined ? timeWindow : window} ${frame(step)})`;
  const name = sqlName(column.name);
  const isEnough = `count(${name}) ${over} >= ${step.least ?? (step.measure === 'count' ? 0 : 1)}`;
  const measured = `(${measures[step.measure]}(${name}) ${over})::${duckType(result)}`;
  const planned: PlannedColumn = { ...result, sql: `CASE WHEN ${isTimed} AND ${isEnough} THEN ${measured} END` };
  return { columns: withAdded(kept(schema), [planned]), mixesRows: true };
}
