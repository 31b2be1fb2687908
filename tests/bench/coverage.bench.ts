import { type Random, seededRandom } from '../../engine/base/random.ts';
import { countedBootstrap } from '../../engine/statistics/bootstrap.ts';
import { classificationMetrics } from '../../engine/statistics/classification-metrics.ts';
import { conformalHalfWidth } from '../../engine/statistics/conformal.ts';
import { classificationOfCounts, meanOfCounts, regressionOfCounts } from '../../engine/statistics/counted-metrics.ts';
import { wilsonInterval } from '../../engine/statistics/proportions.ts';
import { regressionMetrics } from '../../engine/statistics/regression-metrics.ts';
import type { Bench, Row } from './bench.ts';
import { differenceCoverage, fairnessCoverage, importanceCoverage, normal } from './support/evaluation-coverage.ts';

/*
 * How often 95 % intervals hold the truth: samples are drawn from a law whose metrics are known from many rows, and each
 * sample is given its interval as a run's evaluation does it.
 */

const samples = 1000;
/** Cheap ones: so many that chance moves the share by less than half a point. */
const differenceSamples = 4000;
const rows = 500;
const rowsForTruth = 1_000_000;
/** Resamples of each: fewer than a run takes, so that a thousand samples are done in a minute. */
const repeats = 400;
const target = '93 to 97 %';

type Draw<Sample> = (random: Random, rows: number) => Sample;

interface BinarySample {
  scores: Float64Array;
  labels: Uint8Array;
}

/** A model that is a little too sure of itself, one class in four. */
const drawBinary: Draw<BinarySample> = (random, count) => {
  const scores = new Float64Array(count);
  const labels = new Uint8Array(count);
  for (let row = 0; row < count; row++) {
    const signal = 1.2 * normal(random) - 1.4;
    labels[row] = Number(random() < 1 / (1 + Math.exp(-signal)));
    scores[row] = 1 / (1 + Math.exp(-1.2 * signal));
  }
  return { scores, labels };
};

function binaryInput({ scores, labels }: BinarySample) {
  const probabilities = new Float64Array(scores.length * 2);
  scores.forEach((score, row) => {
    probabilities[row * 2] = 1 - score;
    probabilities[row * 2 + 1] = score;
  });
  return { classes: ['no', 'yes'], probabilities, labels: Int32Array.from(labels) };
}

interface NumberSample {
  targets: Float64Array;
  predictions: Float64Array;
}

/** Errors with heavier tails than normal ones. */
const drawNumbers: Draw<NumberSample> = (random, count) => {
  const predictions = Float64Array.from({ length: count }, () => 3 * normal(random));
  return { predictions, targets: predictions.map((value) => value + normal(random) * (0.5 + random() ** 2)) };
};

/** Share of the error of a baseline that always answers 0 that is gone, as the headline counts it. */
function gainOf({ targets, predictions }: NumberSample): (counts: Int32Array) => { gain: number | null } {
  const own = targets.map((value, row) => (value - (predictions[row] as number)) ** 2);
  const baseline = targets.map((value) => value ** 2);
  return (counts) => {
    const [error, other] = [meanOfCounts(own, counts), meanOfCounts(baseline, counts)];
    return { gain: error === null || !other ? null : 1 - Math.sqrt(error) / Math.sqrt(other) };
  };
}

/** Share of samples whose interval holds the truth, by metric. */
function coverage<Sample>(
  draw: Draw<Sample>,
  truth: Record<string, number | null>,
  metricsOf: (sample: Sample) => (counts: Int32Array) => Record<string, number | null>,
): Record<string, number> {
  const held: Record<string, number> = {};
  for (let index = 0; index < samples; index++) {
    const sample = draw(seededRandom(1000 + index), rows);
    const options = { random: seededRandom(index), repeats };
    for (const [name, interval] of Object.entries(countedBootstrap(rows, metricsOf(sample), options))) {
      const value = truth[name] ?? Number.NaN;
      const holds = interval !== null && interval.low <= value && value <= interval.high;
      held[name] = (held[name] ?? 0) + Number(holds) / samples;
    }
  }
  return held;
}

/** Share of new rows inside the 95 % prediction interval, and of shares inside Wilson's. */
function others(): Record<string, number> {
  const random = seededRandom(7);
  let [inside, wilson] = [0, 0];
  for (let index = 0; index < samples; index++) {
    const { targets, predictions } = drawNumbers(random, rows + 1);
    const residuals = targets.map((value, row) => Math.abs(value - (predictions[row] as number)));
    const width = conformalHalfWidth(residuals.slice(0, rows).sort(), 0.95) as number;
    inside += Number((residuals[rows] as number) <= width) / samples;
    let hits = 0;
    for (let row = 0; row < 60; row++) hits += Number(random() < 0.1);
    const interval = wilsonInterval(hits, 60);
    wilson += Number(interval !== null && interval.low <= 0.1 && 0.1 <= interval.high) / samples;
  }
  return { 'prediction interval of a new row': inside, "Wilson's interval of a share of 0.1 in 60 rows": wilson };
}

export default {
  name: 'coverage',
  async run(): Promise<Row[]> {
    const many = drawBinary(seededRandom(1), rowsForTruth);
    const ofClasses = coverage(drawBinary, classificationMetrics(binaryInput(many)), (sample) =>
      classificationOfCounts(binaryInput(sample)),
    );
    const manyNumbers = drawNumbers(seededRandom(2), rowsForTruth);
    const truth = { ...regressionMetrics(manyNumbers), ...gainOf(manyNumbers)(new Int32Array(rowsForTruth).fill(1)) };
    const ofNumbers = coverage(drawNumbers, truth, (sample) => {
      const [metrics, gain] = [regressionOfCounts(sample), gainOf(sample)];
      return (counts) => ({ ...metrics(counts), ...gain(counts) });
    });
    // The relative error of numbers around 0 has no mean, so no sample can tell it.
    delete ofNumbers.mape;
    const tell = (of: string, shares: Record<string, number>, count = samples): Row[] =>
      Object.entries(shares).map(([name, share]) => ({
        measure: `95 % interval, ${of}${name}, ${count} samples`,
        value: 100 * share,
        unit: '%',
        target,
      }));
    const sampling = { samples, rows };
    return [
      ...tell(`${rows} rows, `, { ...ofClasses, ...ofNumbers }),
      ...tell(`${rows} rows, importance of `, await importanceCoverage(sampling)),
      ...tell(`${rows} rows, `, fairnessCoverage(sampling)),
      ...tell(
        `${rows} rows, paired difference of `,
        differenceCoverage({ samples: differenceSamples, rows }, repeats),
        differenceSamples,
      ),
      ...tell('', others()),
    ];
  },
} satisfies Bench;
