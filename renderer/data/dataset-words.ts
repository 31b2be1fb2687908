import type { ColumnProfile, DatasetVersion } from '../../engine/contract/data.ts';
import { formatCount, formatDay, formatQuantity } from '../ui/format.ts';

/** One sentence: rows, columns, missing cells, and the days it spans. */
export function describeVersion(version: DatasetVersion, profile: readonly ColumnProfile[]): string {
  const missing = profile.reduce((sum, column) => sum + column.missing, 0);
  const parts = [
    formatQuantity(version.rows, 'row'),
    formatQuantity(version.columns.length, 'column'),
    missing === 0 ? 'nothing missing' : `${formatQuantity(missing, 'cell')} missing`,
  ];
  const span = daySpan(version, profile);
  return `From ${version.source.name}. ${parts.join(', ')}${span ? `, ${span}` : ''}.`;
}

/** `+365 rows` against the version before; the first one just has its rows. */
export function describeChange(version: DatasetVersion): string {
  if (version.version === 1) return formatQuantity(version.rows, 'row');
  if (version.rowsAdded === 0) return 'same count';
  return `${version.rowsAdded > 0 ? '+' : '−'}${formatCount(Math.abs(version.rowsAdded))} rows`;
}

function daySpan(version: DatasetVersion, profile: readonly ColumnProfile[]): string {
  const isDay = (column: ColumnProfile) => column.type === 'date' || column.type === 'timestamp';
  const column = profile.find((one) => one.name === version.timeColumn && isDay(one)) ?? profile.find(isDay);
  if (typeof column?.minimum !== 'string' || typeof column.maximum !== 'string') return '';
  return `${formatDay(column.minimum)} to ${formatDay(column.maximum)}`;
}
