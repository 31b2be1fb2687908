import type { Estimate, MetricEstimate } from '../../../engine/contract/train-estimates.ts';
import type { EvaluationReport } from '../../../engine/contract/train-evaluation.ts';
import type { Contributions } from '../../../engine/contract/train-explanations.ts';
import { formatMetric, rangeWords } from '../../ui/figure-words.ts';
import { formatPercent, formatShort } from '../../ui/format.ts';
import { isShare, metricTitle } from '../../ui/words.ts';

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
