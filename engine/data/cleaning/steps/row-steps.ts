import type { StepOf } from '../../../contract/cleaning-steps.ts';
import { sqlName } from '../../../store/duck.ts';
import { filterSql } from '../../rows/row-filter.ts';
import { kept, namesSql, requireColumn, rowName, type StepPlan, type StepTable, type StepTools } from '../step-plan.ts';

/** Rows that meet a condition stay or go; one that is neither true nor false, because a value is missing, is not met. */
export async function planFilter(step: StepOf<'filter'>, input: StepTable, tools: StepTools): Promise<StepPlan> {
  const { schema } = input;
  const condition =
    step.sql === undefined
      ? filterSql(
          schema.map((column) => ({ ...column, sql: sqlName(column.name) })),
          { match: step.match ?? 'all', conditions: step.conditions ?? [] },
        )
      : (await tools.check(step.sql, schema, { type: 'boolean' })).sql;
  const isMet = `coalesce(${condition}, false)`;
  return { columns: kept(schema), where: step.rows === 'remove' ? `NOT ${isMet}` : isMet };
}

/** One row of those with equal values; missing values are equal to each other, and so are NaN. */
export function planDeduplicate(step: StepOf<'deduplicate'>, { from, schema }: StepTable): StepPlan {
  const names = step.columns ?? schema.map((column) => column.name);
  for (const name of names) requireColumn(schema, name);
  const chosen = step.keep === 'last' ? 'max' : 'min';
  const rows = `SELECT ${chosen}(${rowName}) FROM ${from} GROUP BY ${namesSql(names)}`;
  return { columns: kept(schema), where: `${rowName} IN (${rows})`, mixesRows: true };
}

/**
 * Rows chosen by a hash of seed and values alone, so that a row is in or out in each version of the data alike: md5 over
 * the seed and each value's text with its length before it, its lower 64 bits over 2^64 as the row's number in [0, 1).
 */
export function planSample(step: StepOf<'sample'>, { from, schema }: StepTable): StepPlan {
  const names = step.columns ?? schema.map((column) => column.name);
  const parts = names.map((name) => {
    const text = `${sqlName(requireColumn(schema, name).name)}::VARCHAR`;
    return `coalesce(strlen(${text}) || ':' || ${text}, '-')`;
  });
  const hash = `md5_number_lower(concat('${step.seed ?? 0};', ${parts.join(', ')}))`;
  if (step.share !== undefined) {
    // beyond 2^64 - 1 there is no number to compare with: all rows
    const where =
      step.share >= 1 ? 'true' : `${hash} < ${BigInt(Math.floor(step.share * 2 ** 53)) * 2n ** 11n}::UBIGINT`;
    return { columns: kept(schema), where };
  }
  const rows = `SELECT ${rowName} FROM ${from} ORDER BY ${hash}, ${rowName} LIMIT ${step.rows}`;
  return { columns: kept(schema), where: `${rowName} IN (${rows})`, mixesRows: true };
}

/** Missing values last; rows with equal values keep their order. */
export function planSort(step: StepOf<'sort'>, { schema }: StepTable): StepPlan {
  const keys = step.by.map(({ column, order }) => {
    const direction = order === 'descending' ? 'DESC' : 'ASC';
    return `${sqlName(requireColumn(schema, column).name)} ${direction} NULLS LAST`;
  });
  return { columns: kept(schema), orderBy: [...keys, rowName].join(', ') };
}
