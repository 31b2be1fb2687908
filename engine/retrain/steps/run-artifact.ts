import { count, metricName } from '../../base/words.ts';
import type { Facts, RunArtifact } from '../../contract/retrain-artifacts.ts';
import type { Run } from '../../contract/train.ts';
import type { StepPhases } from '../step-tools.ts';

/** What a step says that trained a run. */
export function runResult(run: Run): { summary: string; output: RunArtifact; facts: Facts } {
  const value = run.metrics[run.metric.name];
  const figure = value === null || value === undefined ? 'undefined' : value.toFixed(3);
  return {
    summary: `run ${run.number}: ${run.learner} on ${count(run.rows.training, 'row')}, ${metricName(run.metric.name)} ${figure} on its holdout`,
    output: { type: 'run', run: run.id, number: run.number },
    facts: { ...run.metrics, learner: run.learner, rows: run.rows.training },
  };
}

/** Whether a run that an earlier step gave is still there. */
export function runStands({ phases }: StepPhases, { run }: RunArtifact): boolean {
  try {
    return phases.train.stored(run).id === run;
  } catch {
    return false;
  }
}
