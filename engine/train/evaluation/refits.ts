import { availableParallelism } from 'node:os';
import { sampleRows, seededRandom } from '../../base/random.ts';
import type { LearningCurve } from '../../contract/train-evaluation.ts';
import type { RegressionReport } from '../../contract/train-regression.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { conformalHalfWidth } from '../../statistics/conformal.ts';
import { wilsonInterval } from '../../statistics/proportions.ts';
import { fitInWorker, mapConcurrently } from '../fit-in-worker.ts';
import { drawFolds, type Fold, foldsLike } from '../folds.ts';
import { prepareFold } from '../prepare.ts';
import { layoutsOfOrders, type TrainJobInput } from '../train-job.ts';
import type { WorkerOutcome } from '../worker-messages.ts';
import type { LoadedSubject } from './load-subject.ts';

/*
 * The parts of an evaluation that need fits of their own, each in a thread: prediction intervals and the learning curve.
 */

const calibrationFolds = 5;
const levels = [0.8, 0.9, 0.95];
const shares = [0.1, 0.2, 0.4, 0.7, 1];
const drawsOfShare = 3;
const fewestRows = 20;

/**
 * Prediction intervals by split conformal over folds of the training part, which are drawn as for choosing models: each
 * row's residual comes from a fit without its fold (CV+ in its simplest form, Barber et al. 2021, taken around the run's
 * own prediction). The holdout takes no part in it, and shows how many rows the intervals really cover.
 */
export async function predictionIntervals(
  loaded: LoadedSubject,
  training: TrainJobInput,
  job: JobContext,
): Promise<NonNullable<RegressionReport['intervals']>> {
  const { frame, drawn, subject } = loaded;
  const { request } = training;
  const folds = drawFolds(
    frame,
    drawn.training,
    foldsLike(request.split, calibrationFolds),
    subject.seed,
    request,
    drawn.target,
  );
  const fits = await refit(loaded, training, folds, job, 'prediction intervals');
  const residuals = Float64Array.from(
    fits.flatMap(({ answers }, index) =>
      Array.from((folds[index] as Fold).validation, (row, place) =>
        Math.abs((drawn.target.values[row] as number) - (answers.values[place] as number)),
      ),
    ),
  ).sort();
  const errors = subject.holdout.target.map((actual, row) =>
    Math.abs(actual - (subject.holdout.answers.values[row] as number)),
  );
  return {
    method: 'residuals of 5 folds of the training part (split conformal, cross-fitted)',
    rows: residuals.length,
    folds: folds.length,
    levels: levels.flatMap((level) => {
      const halfWidth = conformalHalfWidth(residuals, level);
      if (halfWidth === null) return [];
      const inside = errors.reduce((hits, error) => hits + Number(error <= halfWidth), 0);
      const interval = wilsonInterval(inside, errors.length);
      const coverage = {
        value: interval?.share ?? null,
        low: interval?.low ?? null,
        high: interval?.high ?? null,
      };
      return [{ level, halfWidth, coverage }];
    }),
  };
}

/** The ranking metric on the holdout after training on shares of the training rows, several random ones of each. */
export async function learningCurve(
  loaded: LoadedSubject,
  training: TrainJobInput,
  job: JobContext,
): Promise<LearningCurve> {
  const { drawn, subject } = loaded;
  const { metric, holdout } = subject;
  const random = seededRandom(subject.seed);
  const parts = shares
    .map((share) => Math.round(share * drawn.training.length))
    .filter((rows, index, all) => rows >= fewestRows && rows !== all[index - 1])
    .flatMap((rows) =>
      Array.from({ length: rows === drawn.training.length ? 1 : drawsOfShare }, (): Fold => {
        return { training: sampleRows(drawn.training, rows, random), validation: holdout.positions };
      }),
    );
  const fits = await refit(loaded, training, parts, job, 'learning curve');
  const byRows = new Map<number, number[]>();
  for (const [index, { metrics }] of fits.entries()) {
    const rows = (parts[index] as Fold).training.length;
    const value = metrics[metric.name] ?? null;
    if (value !== null) byRows.set(rows, [...(byRows.get(rows) ?? []), value]);
  }
  return {
    metric: metric.name,
    lowerIsBetter: metric.lowerIsBetter,
    draws: drawsOfShare,
    points: [...byRows].map(([rows, values]) => ({
      rows,
      mean: values.reduce((sum, value) => sum + value, 0) / values.length,
      low: Math.min(...values),
      high: Math.max(...values),
    })),
  };
}

async function refit(
  { frame, drawn, order }: LoadedSubject,
  { request }: TrainJobInput,
  folds: readonly Fold[],
  job: JobContext,
  phase: string,
): Promise<WorkerOutcome[]> {
  let done = 0;
  job.progress({ phase, done, total: folds.length });
  return mapConcurrently(folds, availableParallelism(), async (fold) => {
    job.throwIfCanceled();
    const prepared = prepareFold(frame, request, drawn, fold, layoutsOfOrders([order]));
    const outcome = await fitInWorker({ prepared, order, cancelFlag: job.cancelFlag });
    job.progress({ phase, done: ++done, total: folds.length });
    return outcome;
  });
}
