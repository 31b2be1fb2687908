import type { Estimate, MetricEstimate } from '../../../engine/contract/train-estimates.ts';
import type { EvaluationReport } from '../../../engine/contract/train-evaluation.ts';
import type { Contributions } from '../../../engine/contract/train-explanations.ts';
import { formatNumber, formatPercent, formatShort } from '../../ui/format.ts';
import { isShare, metricTitle } from '../../ui/words.ts';
import { formatMetric } from '../run-words.ts';

/** The metrics that stand large above an evaluation, the one that ranks runs first. */
export function tileMetrics(report: EvaluationReport, ranking: string): MetricEstimate[] {
  const wanted = {
    regression: ['r2', 'rmse', 'mae'],
    binary: ['roc_auc', 'accuracy', 'f1', 'log_loss'],
    multiclass: ['accuracy', 'f1', 'log_loss'],
  };
  const names = [ranking, ...wanted[report.task].filter((name) => name !== ranking)].slice(0, 3);
  return names.flatMap((name) => report.metrics.find((metric) => metric.name === name) ?? []);
}

/** Where the axis of a metric begins and ends: 0 to 1 for scores, else from 0 to what must be seen. */
export function estimateRange({ name, value, high, baseline }: MetricEstimate): [number, number] {
  if (isShare(name)) return [Math.min(0, value ?? 0), 1];
  return [0, 1.05 * Math.max(value ?? 0, high ?? 0, baseline ?? 0) || 1];
}

/** `2.48 to 3.44; baseline 7.01` */
export function estimateWords(metric: MetricEstimate): string {
  const ends = rangeWords(metric, (value) => formatMetric(metric.name, value));
  const base = metric.baseline === null ? '' : `baseline ${formatMetric(metric.name, metric.baseline)}`;
  return [ends, base].filter(Boolean).join('; ');
}

/** `51 to 64 %`; empty where there is no interval. */
export function rangeWords({ low, high }: Estimate, format: (value: number) => string): string {
  if (low === null || high === null) return '';
  const [from, to] = [format(low), format(high)];
  return `${to.endsWith(' %') ? from.replace(/ %$/, '') : from} to ${to}`;
}

/** `51 to 64 % lower`, `4.7 to 17 % higher`; of a metric where less is better. */
export function gainWords({ value, low, high }: Estimate): string {
  const isWorse = (high ?? value ?? 0) < 0;
  const turned = (end: number | null) => (end === null ? null : -end);
  const range = isWorse ? { value, low: turned(high), high: turned(low) } : { value, low, high };
  return `${rangeWords(range, formatPercent)} ${isWorse ? 'higher' : 'lower'}`;
}

/** What contributions are counted in. */
export const unitWords: Record<Contributions['unit'], string> = {
  log_odds: 'log-odds',
  answer: '',
  score: 'score before the link',
};

/** `Why 19.7`, `Why 83 % yes`. */
export function whyTitle({ answer, class: name }: Contributions): string {
  return name === null ? `Why ${formatShort(answer)}` : `Why ${formatPercent(answer)} ${name}`;
}

/** The difference of a prediction from the truth, where both are numbers. */
export function errorWords(actual: unknown, answer: number): string {
  if (typeof actual !== 'number') return '';
  const error = answer - actual;
  return `${error > 0 ? '+' : ''}${formatShort(error)}`;
}

const lossTitles: Record<string, string> = { absolute_error: 'Mean absolute error', log_loss: 'Mean log loss' };

export function lossTitle(loss: string): string {
  return lossTitles[loss] ?? metricTitle(loss);
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
