import type { ColumnQuality, QualityCheck } from '../../../engine/contract/monitor-quality.ts';
import { formatQuantity } from '../../ui/format.ts';

export const kindTitles: Record<QualityCheck['kind'], string> = {
  schema: 'Schema',
  missing: 'Missing',
  unseen: 'Categories',
  range: 'Range',
  expectation: 'Expectation',
  freshness: 'Freshness',
  volume: 'Volume',
};

/** `2 bad, 1 to look at`; what is good where nothing is. */
export function checksNote(checks: readonly QualityCheck[]): string {
  const bad = checks.filter(({ light }) => light === 'bad').length;
  const warnings = checks.filter(({ light }) => light === 'warning').length;
  const parts = [...(bad > 0 ? [`${bad} bad`] : []), ...(warnings > 0 ? [`${warnings} to look at`] : [])];
  if (parts.length > 0) return parts.join(', ');
  const isKnown = checks.some(({ light }) => light !== 'unknown');
  return `${formatQuantity(checks.length, 'check')}, ${isKnown ? 'nothing is wrong' : 'nothing is known yet'}`;
}

/** A count as a share of a column's rows; null where it has none. */
export function shareOfRows(count: number, { rows }: Pick<ColumnQuality, 'rows'>): number | null {
  return rows === 0 ? null : count / rows;
}
