import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { OutputOf } from '../../engine/contract/call.ts';
import type { Job } from '../../engine/contract/jobs.ts';
import type { Run } from '../../engine/contract/train.ts';
import type { EvaluationReport, evaluationCalls, RunDifference } from '../../engine/contract/train-evaluation.ts';
import type { ModelTests } from '../../engine/contract/train-model-tests.ts';
import { createDataPhase } from '../../engine/data/index.ts';
import { createTrainPhase } from '../../engine/train/index.ts';
import { openEngine } from '../deploy/open-engine.ts';

const penguinFile = fileURLToPath(new URL('../../resources/samples/penguins/penguins.csv', import.meta.url));

type Calls = typeof evaluationCalls;

async function openTraining() {
  const engine = openEngine();
  const data = createDataPhase(engine);
  const { handlers } = createTrainPhase(engine, data);
  const resultOf = async <Result>(job: Promise<Job>) => engine.jobs.result<Result>((await job).id);
  await resultOf(data.handlers.add({ name: 'penguins', files: [penguinFile] }));
  const train = (target: string, learners: string[]) =>
    resultOf<{ runs: Run[] }>(
      handlers.run({
        reference: 'penguins',
        target,
        learners,
        sensitive: ['sex'],
        split: { kind: 'every-nth', every: 5 },
      }),
    );
  return { engine, handlers, resultOf, train };
}

test('a regression: stored with the run, added to on request, made again where it is missing', async () => {
  const { engine, handlers, resultOf, train } = await openTraining();
  const { runs } = await train('body_mass_g', ['baseline', 'linear']);
  const [baseline, linear] = runs.map(({ id }) => id) as [string, string];
  const stored = (await handlers.evaluation({ run: linear })).evaluation;
  expect(stored).toMatchObject({ learner: 'linear', headline: { verdict: 'better' }, learningCurve: null });
  expect(stored?.fairness.map(({ by }) => by)).toEqual(['sex']);
  expect((await handlers.show({ run: linear })).headline).toEqual(stored?.headline);
  expect((await handlers.evaluation({ run: baseline })).evaluation?.headline.verdict).toBe('baseline');

  // Two at once: neither loses what the other made.
  const parts = ['intervals', 'learning_curve'] as const;
  await Promise.all(parts.map((part) => resultOf(handlers.evaluate({ run: linear, parts: [part] }))));
  const evaluation = (await handlers.evaluation({ run: linear })).evaluation as EvaluationReport;
  const levels = evaluation.regression?.intervals?.levels ?? [];
  expect(levels.map(({ level }) => level)).toEqual([0.8, 0.9, 0.95]);
  for (const { level, coverage } of levels) {
    expect(coverage.low).toBeLessThan(level);
    expect(coverage.high).toBeGreaterThan(level);
  }
  expect(evaluation.regression?.intervals?.rows).toBe(evaluation.rows.training);
  const curve = evaluation.learningCurve?.points ?? [];
  expect(curve.at(-1)).toMatchObject({ rows: evaluation.rows.training, mean: linear && runs[1]?.metrics.r2 });
  expect(evaluation).toMatchObject({ importance: stored?.importance, fairness: stored?.fairness });

  engine.database.run('DELETE FROM run_evaluations WHERE run_id = ?', linear);
  expect((await handlers.evaluation({ run: linear })).evaluation).toBeNull();
  const again = await resultOf<OutputOf<Calls['evaluate']>>(handlers.evaluate({ run: linear, sensitive: ['sex'] }));
  expect(again.evaluation).toEqual(stored);

  const difference = await resultOf<RunDifference>(handlers.difference({ first: linear, second: baseline }));
  expect(difference).toMatchObject({ verdict: 'first', metric: 'r2', rows: evaluation.rows.holdout });
  expect(difference.says).toMatch(/^Run 2 is better by 0\.\d+ in R², 95 % interval 0\.\d+ to 0\.\d+, on \d+ rows\.$/);
  await expect(handlers.threshold({ run: linear, rule: { by: 'f1' } })).rejects.toMatchObject({
    code: 'train.not_binary',
  });
  expect((await engine.blobs.verify()).problems).toEqual([]);
}, 300_000);

test('two classes: thresholds, explanations and tests; what is wrong is named', async () => {
  const { handlers, resultOf, train } = await openTraining();
  const { runs } = await train('sex', ['linear']);
  const run = runs[0]?.id as string;
  const choice = await handlers.threshold({ run, rule: { by: 'recall', minimum: 0.9 } });
  expect(choice.metrics.recall).toBeGreaterThanOrEqual(0.9);
  expect(choice.honest.precision).toBeGreaterThan(0.5);
  const explain = (input: object) =>
    resultOf<OutputOf<Calls['explain']>>(handlers.explain({ run, ...input } as Parameters<typeof handlers.explain>[0]));
  const { explanations } = await explain({ rows: [5, 10] });
  for (const { base, total, columns, answer } of explanations) {
    const sum = columns.reduce((all, { contribution }) => all + contribution, base);
    expect(sum).toBeCloseTo(total, 9);
    expect(1 / (1 + Math.exp(-total))).toBeCloseTo(answer, 5);
  }
  const mirrored = await explain({ rows: [5], class: 'female' });
  expect(mirrored.explanations[0]?.total).toBeCloseTo(-(explanations[0]?.total as number), 9);
  const { explanations: given } = await explain({ values: [{ body_mass_g: 6000, species: 'Gentoo' }] });
  expect(given[0]).toMatchObject({ row: null, actual: null, class: 'male' });
  await expect(explain({ rows: [400] })).rejects.toMatchObject({ code: 'train.unknown_row' });
  await expect(explain({ rows: [1], class: 'other' })).rejects.toMatchObject({ code: 'train.unknown_class' });
  await expect(explain({ values: [{ mass: 1 }] })).rejects.toMatchObject({ code: 'train.unknown_column' });
  await expect(handlers.evaluate({ run, parts: ['intervals'] })).rejects.toMatchObject({
    code: 'train.not_regression',
  });
  await expect(explain({})).rejects.toMatchObject({ code: 'call.invalid_input' });

  await expect(handlers.test({ run })).rejects.toMatchObject({ code: 'train.no_tests' });
  const text =
    'format: 1\ntarget: sex\ntests:\n  - {name: good, kind: metric, metric: accuracy, minimum: 0.7}\n  - {name: bad, kind: metric, metric: accuracy, minimum: 1.1}\n';
  expect((await handlers.saveTests({ target: 'sex', text })).tests).toHaveLength(2);
  await expect(handlers.saveTests({ target: 'sex', text: 'format: 2' })).rejects.toMatchObject({
    code: 'train.invalid_tests',
  });
  expect((await handlers.tests({ target: 'sex' })).text).toBe(text);
  const tested = await resultOf<ModelTests>(handlers.test({ run }));
  expect(tested).toMatchObject({ passed: false, results: [{ passed: true }, { passed: false }] });
  expect((await handlers.evaluation({ run })).evaluation?.tests).toEqual(tested);
}, 300_000);
