import type { ColumnDrift, NotCompared, ShareChange } from '../../../engine/contract/monitor-drift.ts';
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

const tests: Record<ColumnDrift['test'], string> = {
  psi: 'PSI',
  ks: 'KS',
  chisquare: 'Chi-square',
  z: 'z',
  jensenshannon: 'Jensen-Shannon',
  wasserstein: 'Wasserstein',
};

/** What judges a column: `PSI`, or `KS, p` where its p-value does. */
export function testTitle({ test, scoreIs }: ColumnDrift): string {
  return scoreIs === 'p_value' ? `${tests[test]}, p` : tests[test];
}

const isShareName = (name: string) => /(^|_)shares?(_|$)/.test(name);

export function formatStatistic(name: string, value: number | null | undefined): string {
  return isShareName(name) ? formatPercent(value) : formatNumber(value);
}

/** What stands beside the score: the first of these that the column has and that is not the score itself. */
const seconds = ['ks_statistic', 'cramers_v', 'js_distance', 'hellinger', 'psi'];

/** The second statistic that is shown of a column; all others are on demand. */
export function secondStatistic({
  statistics: known,
  test,
  scoreIs,
}: ColumnDrift): { name: string; value: number } | undefined {
  const isJudge = (name: string) => scoreIs === 'distance' && name.startsWith(test);
  for (const name of seconds) {
    const value = known[name];
    if (!isJudge(name) && typeof value === 'number') return { name, value };
  }
  return undefined;
}

/** All statistics of a column but the shares of missing and unseen values, which are told in words. */
export function otherStatistics({ statistics: known }: ColumnDrift): [name: string, value: number | null][] {
  return Object.entries(known).filter(([name]) => !isShareName(name));
}

const words: Record<ColumnDrift['verdict'], string> = {
  drifted: 'drifted',
  stable: 'stable',
  too_few_rows: 'too few rows',
};

export function verdictWord({ verdict }: ColumnDrift): string {
  return words[verdict];
}

/** A column that drifted is a warning only where the model relies on it. */
export function verdictTone({ verdict, importance }: ColumnDrift): StateTone {
  if (verdict === 'stable') return 'good';
  if (verdict === 'too_few_rows') return 'idle';
  return importance !== null && importance <= 0 ? 'information' : 'warning';
}

/** Why a column has its verdict: the threshold, what chance alone gives at this size, or what is missing for one. */
export function verdictReason(column: ColumnDrift): string {
  if (column.verdict === 'too_few_rows' || column.score === null)
    return 'There are too few rows to tell drift from chance.';
  const more = (['missing', 'unseen'] as const).flatMap((kind) => {
    const change = column[kind];
    return change?.drifted ? [`${shareChangeWords(kind, change)}, beyond chance.`] : [];
  });
  return [distributionReason(column, column.score), ...more].join(' ');
}

function distributionReason(column: ColumnDrift, score: number): string {
  const { threshold, samplingLimit, scoreIs } = column;
  const test = `${testTitle(column)} ${formatNumber(score)}`;
  const passes = scoreIs === 'p_value' ? score < threshold : score > threshold;
  const limit = samplingLimit === null ? undefined : formatNumber(samplingLimit);
  const side = (scoreIs === 'p_value') === passes ? 'below' : 'above';
  const told = `${test} is ${side} the threshold of ${formatNumber(threshold)}`;
  if (!passes) return `${told}.`;
  if (limit === undefined) return `${told}.`;
  return score > (samplingLimit ?? 0)
    ? `${told}, and above the ${limit} that chance alone stays below at this size.`
    : `${told}, but chance alone would give up to ${limit} at this size.`;
}

const shareNouns = { missing: 'no value', unseen: 'a value that was never seen in training' } as const;

/** `12 % of the rows have no value, 3.0 % before` */
export function shareChangeWords(kind: keyof typeof shareNouns, { reference, current }: ShareChange): string {
  return `${formatPercent(current)} of the rows have ${shareNouns[kind]}, ${formatPercent(reference)} before`;
}

/** Why a column of the reference has no verdict at all. */
export function notComparedReason({ reason, type, currentType }: NotCompared): string {
  return reason === 'vanished' ? 'it has vanished' : `it was ${type} and is ${currentType ?? 'something else'} now`;
}
