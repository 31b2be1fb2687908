import type { Circle, Station } from '../../../engine/contract/project.ts';
import { formatCount, formatNumber } from '../../ui/format.ts';
import { metricTitle } from '../../ui/words.ts';

/** The number in a disc of 78 px: whole up to five digits, then in thousands or millions; scores with two decimals. */
export function discNumber(station: Pick<Station, 'value'>): string | null {
  const { value } = station;
  if (value === null) return null;
  if (!Number.isInteger(value)) return formatNumber(value, 2);
  if (Math.abs(value) >= 1e6) return `${formatNumber(value / 1e6, 2)} M`;
  return Math.abs(value) >= 1e5 ? `${Math.round(value / 1e3)} k` : formatCount(value);
}

/** What a station shows under its number: metrics by their proper names. */
export function discUnit(unit: string): string {
  const [first = '', ...rest] = unit.split(' ');
  return [metricTitle(first), ...rest].join(' ');
}

/** Under the model's name: what it predicts. */
export function describeModel(circle: Circle): string {
  if (circle.model === null) return 'No model yet';
  return `Predicts ${circle.model.target}`;
}

/** The ends of a time axis in years, months or days, as short as tells them apart. */
export function axisEnds(first: string, last: string): [string, string] {
  if (first.slice(0, 4) !== last.slice(0, 4)) return [first.slice(0, 4), last.slice(0, 4)];
  return [first.slice(5, 10), last.slice(5, 10)];
}
