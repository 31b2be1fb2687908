import { sqlName } from '../../../store/duck.ts';
import type { SchemaColumn } from '../../schema.ts';
import { namesSql, requireColumn, rowName, stepFault } from '../step-plan.ts';

/** Room for the places of rows within one microsecond. */
export const placesATime = 2n ** 60n;

/** Rows one after the other in time, within groups. */
export interface TimeOrder {
  /** PARTITION BY and ORDER BY of a window: rows of one time follow each other as they stand. */
  window: string;
  /**
   * The same by one number, for windows that are told in time: microseconds in the upper bits, the place of the row in the
   * lower ones. No two rows have the same, so that sums are always added up in the same order.
   */
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
    timeWindow: `${partition} ORDER BY epoch_us(${time}::TIMESTAMP)::HUGEINT * ${placesATime} + ${rowName}`,
    isTimed: `${time} IS NOT NULL`,
  };
}
