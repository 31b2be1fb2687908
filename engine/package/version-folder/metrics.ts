import type { Json } from '../../base/canonical-json.ts';
import type { StoredRun } from '../../train/index.ts';

/** How the run of a version was judged, as its training found it: what `metrics.json` says. */
export function metricsOf({ recipe, metric, metrics, detail }: StoredRun): Json {
  const { task, target, learner } = recipe;
  const { training, holdout } = detail.rows;
  return {
    format: 1,
    task,
    target,
    learner,
    metric: { ...metric },
    metrics: { ...metrics },
    intervals: detail.intervals,
    rows: { training, holdout },
  };
}
