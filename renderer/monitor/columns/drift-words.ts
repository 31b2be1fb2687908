import type { ColumnDrift } from '../../../engine/contract/monitor-drift.ts';
import { formatNumber, formatPercent } from '../../ui/format.ts';
import type { StateTone } from '../../ui/state-tone.ts';

const statistics: Record<string, [title: string, line: string]> = {
  psi: ['PSI', 'Population stability index: how far two distributions are apart. Below 0.1 little, above 0.25 much.'],
  ks_statistic: ['KS', 'Kolmogorov-Smirnov: the largest distance between the two cumulative distributions, 0 to 1.'],
  ks_p: ['KS, p', 'How likely so large a KS distance is where nothing has changed.'],
  js_distance: [
    'Jensen-Shannon',
    'Jensen-Shannon distance of the two distributions: 0 for the same, 1 for nothing in common.',
  ],
  wasserstein: [
    'Wasserstein',
    'How far the values have to be moved on average to turn one distribution into the other, in units of the column.',
  ],
  wasserstein_normalised: [
    'Wasserstein, normalised',
    'The Wasserstein distance in standard deviations of the reference.',
  ],
  hellinger: ['Hellinger', 'Hellinger distance of the two distributions: 0 for the same, 1 for nothing in common.'],
  chi2: ['Chi-square', 'How far the counts of the categories are from what the reference would lead one to expect.'],
  chi2_p: ['Chi-square, p', 'How likely so large a chi-square is where nothing has changed.'],
  cramers_v: ['Cramér’s V', 'How much the categories tell of which side a row is from, 0 to 1.'],
  z: ['z', 'Two-proportion z: how many standard errors the shares are apart.'],
  z_p: ['z, p', 'How likely so large a difference of shares is where nothing has changed.'],
};

/** A statistic's name as the literature writes it. */
export function statisticTitle(name: string): string {
  return statistics[name]?.[0] ?? name.replaceAll('_', ' ');
}

/** One line of what it means; empty where its name says all. */
export function statisticLine(name: string): string {
  return statistics[name]?.[1] ?? '';
}

const isShareName = (name: string) => /(^|_)shares?(_|$)/.test(name);

export function formatStatistic(name: string, value: number | null | undefined): string {
  return isShareName(name) ? formatPercent(value) : formatNumber(value);
}

/** What stands beside the score: the first of these that the column has and that is not the score itself. */
const seconds = ['wasserstein_normalised', 'ks_statistic', 'cramers_v', 'js_distance', 'hellinger', 'z', 'chi2', 'psi'];

/** The second statistic that is shown of a column; all others are on demand. */
export function secondStatistic({ statistics: known, test }: ColumnDrift): { name: string; value: number } | undefined {
  for (const name of seconds) {
    const value = known[name];
    if (name !== test && typeof value === 'number') return { name, value };
  }
  return undefined;
}

/** The statistics that are no shares of missing and unseen values, which have a place of their own. */
export function otherStatistics({ statistics: known }: ColumnDrift): [name: string, value: number | null][] {
  return Object.entries(known).filter(([name]) => !isShareName(name));
}

export function shareStatistics({ statistics: known }: ColumnDrift): [name: string, value: number | null][] {
  return Object.entries(known).filter(([name]) => isShareName(name));
}

const words: Record<string, string> = {
  drifted: 'drifted',
  stable: 'stable',
  too_few_rows: 'too few rows',
  not_comparable: 'not comparable',
};

export function verdictWord({ verdict }: ColumnDrift): string {
  return words[verdict] ?? verdict.replaceAll('_', ' ');
}

/** A column that drifted is a warning only where the model relies on it. */
export function verdictTone(column: ColumnDrift): StateTone {
  if (column.verdict === 'stable') return 'good';
  return column.verdict === 'drifted' ? 'warning' : 'idle';
}

/** Why a column has its verdict: the threshold, what chance alone gives at this size, or what is missing for one. */
export function verdictReason(column: ColumnDrift): string {
  const { score, threshold, samplingLimit, verdict } = column;
  if (verdict === 'too_few_rows') return 'There are too few rows to tell drift from chance.';
  if (score === null) return 'The column cannot be compared with the reference.';
  const test = `${statisticTitle(column.test)} ${formatNumber(score)}`;
  const chance =
    samplingLimit === null ? '' : ` Chance alone would give up to ${formatNumber(samplingLimit)} at this size.`;
  if (verdict === 'drifted') return `${test} is above the threshold of ${formatNumber(threshold)}.${chance}`;
  if (samplingLimit !== null && score > threshold)
    return `${test} is above the threshold of ${formatNumber(threshold)}, but chance alone would give up to ${formatNumber(samplingLimit)} at this size.`;
  return `${test} is below the threshold of ${formatNumber(threshold)}.${chance}`;
}
