import type { OutputOf } from '../contract/call.ts';
import type { Run, trainCalls } from '../contract/train.ts';
import { table } from './table.ts';
import { warningLines } from './warning-lines.ts';

/** Runs as lines: what they are, their metrics, and how long they took. */
export function runTable(runs: Run[]): string[] {
  const metrics = ['accuracy', 'roc_auc', 'log_loss', 'f1', 'rmse', 'mae', 'r2'].filter((name) =>
    runs.some((run) => run.metrics[name] !== undefined),
  );
  return table(
    ['run', 'learner', 'status', 'dataset', ...metrics, 'seconds', 'id'],
    runs.map((run) => [
      String(run.number),
      run.learner,
      run.status,
      `${run.dataset.name}@${run.dataset.version}`,
      ...metrics.map((name) => run.metrics[name]),
      run.seconds,
      run.id,
    ]),
  );
}

/** What a training made. */
export function trainedInWords({ runs, best, warnings }: OutputOf<typeof trainCalls.run>): string[] {
  return [...warningLines(warnings), ...runTable(runs), '', `Best: ${best.learner}, run ${best.number}`];
}
