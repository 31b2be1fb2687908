import { sqlName } from '../../../store/duck.ts';
import type { SchemaColumn } from '../../schema.ts';
import { namesSql, requireColumn, rowName, stepFault } from '../step-plan.ts';

/** Rows one after the other in time, within groups. */
export interface TimeOrder {
  /** PARTITION BY and ORDER BY of a window: rows of one time follow each other as they stand. */
  window: string;
  /** The same in which only the time counts, for windows that are told in time. */
  timeWindow: string;
  /** A condition: the row has a time. Rows without one are in a partition of their own. */
  isTimed?: string;
}

/** @throws GalleyError `data.unknown_column`, `data.invalid_step` where the column holds no times */
export function timeOrder(
  schema: readonly SchemaColumn[],
  by: string | undefined,
  group: readonly string[] = [],
): TimeOrder {
  for (const name of group) requireColumn(schema, name);
  if (by === undefined) {
    const partition = group.length === 0 ? '' : `PARTITION BY ${namesSql(group)} `;
    return { window: `${partition}ORDER BY ${rowName}`, timeWindow: '' };
  }
  const column = requireColumn(schema, by);
  if (column.type !== 'date' && column.type !== 'timestamp')
    throw stepFault(`Column "${by}" holds no dates or times.`, { column: by, type: column.type });
  const time = sqlName(by);
  const partition = `PARTITION BY ${[...group.map(sqlName), `${time} IS NULL`].join(', ')}`;
  return {
    window: `${partition} ORDER BY ${time}, ${rowName}`,
    timeWindow: `${partition} ORDER BY ${time}::TIMESTAMP`,
    isTimed: `${time} IS NOT NULL`,
  };
}
