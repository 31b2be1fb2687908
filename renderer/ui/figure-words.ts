/** How metrics and figures of groups are called and written. Pure. */
import type { Estimate } from '../../engine/contract/train-estimates.ts';
import { formatNumber, formatPercent, formatScore } from './format.ts';
import { isShare } from './words.ts';

const otherScores = new Set(['log_loss', 'brier', 'matthews']);

/** A metric's value in its own digits: three decimals for scores, three significant ones for errors. */
export function formatMetric(name: string, value: number | null | undefined): string {
  return isShare(name) || otherScores.has(name) ? formatScore(value) : formatNumber(value);
}

/** `51 to 64 %`; empty where there is no interval. */
export function rangeWords({ low, high }: Estimate, format: (value: number) => string): string {
  if (low === null || high === null) return '';
  const [from, to] = [format(low), format(high)];
  return `${to.endsWith(' %') ? from.replace(/ %$/, '') : from} to ${to}`;
}

/** The ends of an interval, as charts want them; undefined where there is none. */
export function intervalEnds({ low, high }: Estimate): [low: number, high: number] | undefined {
  return low === null || high === null ? undefined : [low, high];
}

const figureTitles: Record<string, string> = {
  selection_rate: 'Selected',
  tpr: 'Found (TPR)',
  fpr: 'False alarms (FPR)',
  accuracy: 'Right',
  precision: 'Selected rightly',
  base_rate: 'Came true',
  mean_error: 'Mean error',
  mae: 'MAE',
  demographic_parity_difference: 'Demographic parity difference',
  demographic_parity_ratio: 'Demographic parity ratio',
  equalized_odds_difference: 'Equalized odds difference',
  equalized_odds_ratio: 'Equalized odds ratio',
  equal_opportunity_difference: 'Equal opportunity difference',
  mean_error_difference: 'Difference of mean errors',
  mae_difference: 'Difference of mean absolute errors',
};

export function figureTitle(name: string): string {
  return figureTitles[name] ?? name.replaceAll('_', ' ');
}

const figureLines: Record<string, string> = {
  demographic_parity_difference: 'Largest difference between the groups in how often they are selected. 0 is equal.',
  demographic_parity_ratio:
    'Smallest share selected divided by the largest. 1 is equal; below 0.8 is often called disparate impact.',
  equalized_odds_difference: 'The larger of the differences in true and in false positive rates. 0 is equal.',
  equalized_odds_ratio: 'The smaller of the ratios of true and of false positive rates. 1 is equal.',
  equal_opportunity_difference: 'Difference in how many of the positives are found. 0 is equal.',
  mean_error_difference: 'Largest difference between the groups in the mean of predicted minus real. 0 is equal.',
  mae_difference: 'Largest difference between the groups in the mean absolute error. 0 is equal.',
};

export function figureLine(name: string): string {
  return figureLines[name] ?? '';
}

const shares = new Set(['selection_rate', 'tpr', 'fpr', 'accuracy', 'precision', 'base_rate']);

/** Whether a figure of a group is a share of its rows. */
export function isFigureShare(name: string): boolean {
  return shares.has(name);
}

const figureOrder = ['selection_rate', 'tpr', 'fpr', 'accuracy', 'precision', 'base_rate', 'mean_error', 'mae'];

/** The figures of the groups, those that fairness is about first. */
export function orderFigures(names: readonly string[]): string[] {
  const place = (name: string) => (figureOrder.includes(name) ? figureOrder.indexOf(name) : figureOrder.length);
  return [...new Set(names)].sort((a, b) => place(a) - place(b));
}

export function formatFigure(name: string, value: number | null): string {
  return shares.has(name) ? formatPercent(value) : formatNumber(value);
}
