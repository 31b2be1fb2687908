import { expect, test } from 'vitest';
import { seededRandom } from '../../engine/base/random.ts';
import { type Judgement, judge, judgeAgainst, unitedClasses } from '../../engine/retrain/judge.ts';
import { classificationMetrics } from '../../engine/statistics/classification-metrics.ts';
import { regressionMetrics } from '../../engine/statistics/regression-metrics.ts';

const rows = 80;
const random = seededRandom(7);
const noise = () => Float64Array.from({ length: rows }, () => random() - 0.5);
const targets = noise().map((value) => 10 * value);
const close = targets.map((value, row) => value + (noise()[row] as number));
const far = targets.map((value, row) => value + 6 * (noise()[row] as number));

function regression(change: Partial<Judgement> = {}): Judgement {
  return {
    task: 'regression',
    metric: { name: 'rmse', lowerIsBetter: true },
    margin: 0,
    truth: { kind: 'numbers', values: targets },
    champion: { classes: [], values: far },
    challenger: { classes: [], values: close },
    seed: 0,
    ...change,
  };
}

test('where less is better, a smaller error is a gain', () => {
  const result = judge(regression());
  const rmse = (predictions: Float64Array) => regressionMetrics({ targets, predictions }).rmse as number;
  expect(result.champion).toBeCloseTo(rmse(far), 12);
  expect(result.challenger).toBeCloseTo(rmse(close), 12);
  expect(result.gain).toBeCloseTo(rmse(far) - rmse(close), 12);
  expect(result.interval?.[0]).toBeGreaterThan(0);
  expect(result.interval?.[1]).toBeGreaterThan(result.gain as number);
  expect(result.confidence).toBe(1);
});

test('the same models the other way round lose as much', () => {
  const forth = judge(regression());
  const back = judge(
    regression({ champion: { classes: [], values: close }, challenger: { classes: [], values: far } }),
  );
  expect(back.gain).toBeCloseTo(-(forth.gain as number), 12);
  expect(back.interval?.[0]).toBeCloseTo(-(forth.interval?.[1] as number), 12);
  expect(back.confidence).toBe(0);
});

test('the margin moves the confidence, not the gain or its interval', () => {
  const plain = judge(regression());
  const strict = judge(regression({ margin: plain.gain as number }));
  expect(strict.gain).toBeCloseTo(plain.gain as number, 12);
  expect(strict.interval?.[0]).toBeCloseTo(plain.interval?.[0] as number, 12);
  expect(strict.confidence).toBeGreaterThan(0.2);
  expect(strict.confidence).toBeLessThan(0.8);
});

test('without common rows there is no verdict', () => {
  const none = new Float64Array();
  const result = judge(
    regression({
      truth: { kind: 'numbers', values: none },
      champion: { classes: [], values: none },
      challenger: { classes: [], values: none },
    }),
  );
  expect(result).toEqual({
    champion: null,
    challenger: null,
    gain: null,
    interval: null,
    confidence: null,
    rows: 0,
  });
});

test('a class that one model does not know has probability 0 from it', () => {
  const names = ['no', 'yes', 'maybe'];
  const truth = Array.from({ length: 60 }, (_, row) => names[row % 3] as string);
  const knowing = Float64Array.from(truth.flatMap((name) => names.map((each) => (each === name ? 0.8 : 0.1))));
  const unknowing = Float64Array.from(truth.flatMap((name) => (name === 'no' ? [0.8, 0.2] : [0.2, 0.8])));
  const result = judge({
    task: 'binary',
    metric: { name: 'accuracy', lowerIsBetter: false },
    margin: 0,
    truth: { kind: 'classes', values: truth },
    champion: { classes: ['no', 'yes'], threshold: 0.5, values: unknowing },
    challenger: { classes: names, values: knowing },
    seed: 0,
  });
  expect(result.challenger).toBe(1);
  expect(result.champion).toBeCloseTo(2 / 3, 12);
});

test('two classes are judged by their own thresholds', () => {
  const truth = ['no', 'yes', 'no', 'yes'];
  const values = Float64Array.from([0.7, 0.3, 0.6, 0.4, 0.9, 0.1, 0.2, 0.8]);
  const answers = (threshold: number) => ({ classes: ['no', 'yes'], threshold, values });
  const result = judge({
    task: 'binary',
    metric: { name: 'accuracy', lowerIsBetter: false },
    margin: 0,
    truth: { kind: 'classes', values: truth },
    champion: answers(0.5),
    challenger: answers(0.35),
    seed: 0,
  });
  const accuracy = (threshold: number) =>
    classificationMetrics({ classes: ['no', 'yes'], probabilities: values, labels: [0, 1, 0, 1], threshold }).accuracy;
  expect([result.champion, result.challenger]).toEqual([accuracy(0.5), accuracy(0.35)]);
  expect(result.gain).toBe(0.25);
});

test('classes of both models are united, the first model keeping its order', () => {
  expect(unitedClasses(['no', 'yes'], ['maybe', 'no'])).toEqual(['no', 'yes', 'maybe']);
});

test('a model alone is judged by how far it is from a value, and whether chance explains that', () => {
  const { champion: _, ...lone } = regression({ challenger: { classes: [], values: far } });
  const alone = judge(regression({ challenger: { classes: [], values: far } })).challenger as number;
  const better = judgeAgainst({ ...lone, reference: 3 * alone });
  expect(better).toMatchObject({ champion: 3 * alone, challenger: alone, confidence: 1, rows });
  expect(better.gain).toBeCloseTo(2 * alone, 12);
  expect(better.interval?.[0]).toBeGreaterThan(0);
  const worse = judgeAgainst({ ...lone, reference: alone / 3 });
  expect(worse.gain).toBeCloseTo(alone / 3 - alone, 12);
  expect(worse.interval?.[1]).toBeLessThan(0);
  const same = judgeAgainst({ ...lone, reference: alone });
  expect(same.gain).toBe(0);
  expect(same.interval?.[0]).toBeLessThan(0);
  expect(same.interval?.[1]).toBeGreaterThan(0);
});

test('of no rows, and of classes where only one came true, nothing is said of a model alone', () => {
  const none = { kind: 'numbers' as const, values: new Float64Array() };
  const { champion: _, ...lone } = regression({ truth: none, challenger: { classes: [], values: none.values } });
  expect(judgeAgainst({ ...lone, reference: 1 })).toMatchObject({
    challenger: null,
    gain: null,
    interval: null,
    rows: 0,
  });
  const classes = ['no', 'yes'];
  const values = Float64Array.from({ length: 40 }, (__, index) => (index % 2 === 0 ? 0.3 : 0.7));
  const truth = { kind: 'classes' as const, values: new Array<string>(20).fill('no') };
  const metric = { name: 'roc_auc', lowerIsBetter: false };
  const judgement = { task: 'binary' as const, metric, margin: 0, truth, challenger: { classes, values }, seed: 1 };
  expect(judgeAgainst({ ...judgement, reference: 0.7 })).toMatchObject({
    challenger: null,
    gain: null,
    interval: null,
  });
});
