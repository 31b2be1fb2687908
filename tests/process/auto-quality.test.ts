import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { seededRandom } from '../../engine/base/random.ts';
import type { Job } from '../../engine/contract/jobs.ts';
import type { Run } from '../../engine/contract/train.ts';
import { createDataPhase } from '../../engine/data/index.ts';
import { type Judged, metricsOf, selectJudged } from '../../engine/train/evaluation/judged.ts';
import { createTrainPhase } from '../../engine/train/index.ts';
import { openEngine } from '../deploy/open-engine.ts';
import { needsLongTests, needsShared } from '../support/needs.ts';
import type { Reference } from '../support/sample-frames.ts';

/** How far `auto` may stay below the best reference of a set, where one standard error is not larger. */
const allowed = 0.003;

const metricOf = { binary: 'roc_auc', multiclass: 'roc_auc', regression: 'r2' } as const;

/** Learners of ours that stand for the reference's models: the same methods, with answers nearly the same. */
const standIns = {
  logistic_regression: 'linear',
  ridge: 'linear',
  random_forest: 'forest',
  hist_gradient_boosting: 'trees',
};

/** Standard error of the difference of a metric between two runs on the same rows, by 200 paired resamples. */
function pairedStandardError(one: Judged, other: Judged, metric: string): number {
  const random = seededRandom(1);
  const rows = one.target.length;
  const differences = Array.from({ length: 200 }, () => {
    const picked = Int32Array.from({ length: rows }, () => Math.floor(random() * rows));
    const [left, right] = [one, other].map((judged) => metricsOf(selectJudged(judged, picked))[metric] ?? 0);
    return (left as number) - (right as number);
  });
  const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
  return Math.sqrt(differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (differences.length - 1));
}

/** The best of the reference's models, all of them fitted by scikit-learn on the same split. */
function bestReference({ holdout = {}, task }: Reference): { model: string; value: number } {
  const name = task === 'multiclass' ? 'roc_auc_ovr_macro' : metricOf[task];
  const models = Object.entries(holdout).map(([model, metrics]) => ({ model, value: metrics[name] ?? -1 }));
  return models.sort((one, other) => other.value - one.value)[0] as { model: string; value: number };
}

async function searchSet(context: Parameters<typeof needsShared>[0], name: string, seconds: number) {
  const folder = needsShared(context, 'data', name);
  const reference = JSON.parse(readFileSync(join(folder, 'reference.json'), 'utf8')) as Reference;
  const engine = openEngine();
  const data = createDataPhase(engine);
  const train = createTrainPhase(engine, data);
  const resultOf = async <Result>(job: Promise<Job>) => engine.jobs.result<Result>((await job).id);
  await resultOf(data.handlers.add({ name: 'set', files: [join(folder, 'files', `${name}.csv`)] }));
  const training = {
    reference: 'set',
    target: reference.target,
    features: [...reference.numeric, ...reference.categorical],
    split: { kind: 'every-nth', every: 5 } as const,
    allowLeak: ['*'],
  };
  const { best, sweep } = await resultOf<{ best: Run; sweep: string }>(
    train.handlers.run({ ...training, learners: ['auto'], budget: { seconds } }),
  );
  const top = bestReference(reference);
  const learner = standIns[top.model as keyof typeof standIns];
  const { best: standIn } = await resultOf<{ best: Run }>(train.handlers.run({ ...training, learners: [learner] }));
  const [one, other] = [best.id, standIn.id].map((run): Judged => {
    const { target, values } = train.holdout(run);
    const classes = Array.from({ length: values.length / target.length }, (_, index) => String(index));
    const isRegression = reference.task === 'regression';
    return { task: reference.task, classes: isRegression ? [] : classes, threshold: 0.5, answers: { values }, target };
  });
  const metric = metricOf[reference.task];
  const shown = await train.handlers.showSweep({ sweep });
  return {
    name: best.learner,
    reached: best.metrics[metric] as number,
    wanted: top.value - Math.max(allowed, pairedStandardError(one as Judged, other as Judged, metric)),
    top: top.value,
    seconds: shown.sweep.seconds,
    trials: shown.trials.length,
  };
}

async function expectQuality(context: Parameters<typeof needsShared>[0], set: string, budget: number) {
  const { name, reached, wanted, top, seconds, trials } = await searchSet(context, set, budget);
  const figures = [reached, top, wanted].map((value) => value.toFixed(4));
  console.log(
    `${set}: ${name} ${figures[0]}, reference ${figures[1]}, wanted ${figures[2]}; ${trials} trials in ${seconds.toFixed(1)} s of ${budget}`,
  );
  expect(reached).toBeGreaterThanOrEqual(wanted);
  // A fit that is under way notices the end within its next step.
  expect(seconds).toBeLessThan(budget + 2);
}

test.for(['penguins', 'titanic'])('auto on %s in a few seconds', async (set, context) => {
  await expectQuality(context, set, 12);
});

test.for(['arrests', 'spam', 'diamonds'])('auto on %s in half a minute', { timeout: 300_000 }, async (set, context) => {
  needsLongTests(context);
  await expectQuality(context, set, 30);
});
