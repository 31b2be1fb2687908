import { GalleyError } from '../base/errors.ts';
import { suggestName } from '../base/nearest-name.ts';
import { type TaskKind, taskKinds } from '../contract/values.ts';
import { classificationMetricNames } from '../statistics/classification-metrics.ts';
import { regressionMetricNames } from '../statistics/regression-metrics.ts';

/** The metric by which runs are ranked. */
export interface RankingMetric {
  name: string;
  lowerIsBetter: boolean;
}

const lessIsBetter = new Set(['log_loss', 'brier', 'rmse', 'mae', 'median_absolute_error', 'mape']);
const defaults: Record<TaskKind, string> = { binary: 'roc_auc', multiclass: 'log_loss', regression: 'r2' };

export function lowerIsBetter(metric: string): boolean {
  return lessIsBetter.has(metric);
}

function metricNames(task: TaskKind): readonly string[] {
  return task === 'regression' ? regressionMetricNames : classificationMetricNames;
}

/** The metrics that runs of each kind of task can be ranked by. */
export function metricChoices(): { task: TaskKind; default: string; names: string[] }[] {
  return taskKinds.map((task) => ({ task, default: defaults[task], names: [...metricNames(task)] }));
}

/** @throws GalleyError `train.unknown_metric` */
export function rankingMetric(task: TaskKind, wanted?: string): RankingMetric {
  const names = metricNames(task);
  const name = wanted ?? defaults[task];
  if (names.includes(name)) return { name, lowerIsBetter: lowerIsBetter(name) };
  throw new GalleyError('train.unknown_metric', `${task} has no metric "${name}". ${suggestName(name, names)}`, {
    details: { metric: name, metrics: [...names] },
  });
}

/** Below 0 where `left` is better; what is undefined comes last. */
export function compareByMetric(metric: RankingMetric, left: number | null, right: number | null): number {
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  return metric.lowerIsBetter ? left - right : right - left;
}
