import { readFileSync } from 'node:fs';
import { GalleyError } from '../../base/errors.ts';
import { figure } from '../../base/figures.ts';
import { seededRandom } from '../../base/random.ts';
import { metricName } from '../../base/words.ts';
import type { RunDifference } from '../../contract/train-evaluation.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { bootstrapRepeats, type MetricOfCounts, pairedBootstrapDifference } from '../../statistics/bootstrap.ts';
import { deLongTest, mcNemarTest } from '../../statistics/paired-tests.ts';
import { readHoldout } from '../holdout-file.ts';
import type { RankingMetric } from '../metrics.ts';
import { readModelFile } from '../model-file.ts';
import { type Judged, metricOf, metricsOfCounts, predictedLabels, selectJudged } from './judged.ts';
import { estimate } from './metric-estimates.ts';

/** One of two runs that are compared. */
export interface ComparedRun {
  number: number;
  modelPath: string;
  holdoutPath: string;
}

export interface DifferenceJobInput {
  first: ComparedRun;
  second: ComparedRun;
  metric: RankingMetric;
}

const fewestRows = 20;

/** Judges two runs on the rows that both held out. @throws GalleyError `train.not_comparable` */
export async function runDifferenceJob(input: DifferenceJobInput, job: JobContext): Promise<RunDifference> {
  job.progress({ phase: 'reading', done: 0, total: 0 });
  const sides = [input.first, input.second].map(readSide) as [Side, Side];
  const [first, second] = onCommonRows(sides);
  job.progress({ phase: 'comparing', done: 0, total: 0 });
  return differenceOf(first, second, input, () => job.throwIfCanceled());
}

interface Side {
  judged: Judged;
  positions: Int32Array;
}

function readSide({ modelPath, holdoutPath }: ComparedRun): Side {
  const { task, classes, threshold } = readModelFile(readFileSync(modelPath, 'utf8')).model;
  const { positions, target, values } = readHoldout(readFileSync(holdoutPath, 'utf8'));
  return { positions, judged: { task, classes, threshold, target, answers: { values } } };
}

function onCommonRows([first, second]: [Side, Side]): [Judged, Judged] {
  const places = new Map(Array.from(second.positions, (position, place) => [position, place]));
  const common = Array.from(first.positions.keys()).filter((place) => places.has(first.positions[place] as number));
  const sameClasses = first.judged.classes.join('\n') === second.judged.classes.join('\n');
  if (!sameClasses || common.length < fewestRows) {
    const message = sameClasses
      ? `Both runs held out ${common.length} rows; at least ${fewestRows} are needed to compare them.`
      : 'The runs do not tell the same classes apart.';
    throw new GalleyError('train.not_comparable', message, { details: { rows: common.length } });
  }
  const others = common.map((place) => places.get(first.positions[place] as number) as number);
  return [selectJudged(first.judged, common), selectJudged(second.judged, others)];
}

/** How much better the first is than the second, on the same rows in the same order. */
export function differenceOf(
  first: Judged,
  second: Judged,
  { metric, ...runs }: Pick<DifferenceJobInput, 'metric'> & { first: { number: number }; second: { number: number } },
  throwIfCanceled: () => void = () => {},
): RunDifference {
  const rows = first.target.length;
  const worthOf = (judged: Judged): MetricOfCounts => {
    const metrics = metricsOfCounts(judged, metric.name);
    return (counts) => {
      throwIfCanceled();
      const value = metrics(counts)[metric.name] ?? null;
      return value === null ? null : value * (metric.lowerIsBetter ? -1 : 1);
    };
  };
  const repeats = bootstrapRepeats(rows, 2 * Math.max(1, first.classes.length - 1));
  const options = { random: seededRandom(0), repeats };
  const { difference, interval } = pairedBootstrapDifference(rows, worthOf(first), worthOf(second), options);
  const gain = estimate(difference, interval);
  const verdict = verdictOf(gain);
  return {
    metric: metric.name,
    lowerIsBetter: metric.lowerIsBetter,
    rows,
    first: metricOf(first, metric.name),
    second: metricOf(second, metric.name),
    gain,
    verdict,
    says: differenceWords(metric.name, gain, verdict, [runs.first.number, runs.second.number], rows),
    tests: pairedTests(first, second, metric.name),
  };
}

function verdictOf({ low, high }: RunDifference['gain']): RunDifference['verdict'] {
  if (low !== null && low > 0) return 'first';
  return high !== null && high < 0 ? 'second' : 'unclear';
}

/** Metrics that are shares: told in points of a hundred. */
const shareMetrics = new Set([
  'accuracy',
  'balanced_accuracy',
  'precision',
  'recall',
  'f1',
  'roc_auc',
  'average_precision',
]);

function differenceWords(
  metric: string,
  { value, low, high }: RunDifference['gain'],
  verdict: RunDifference['verdict'],
  [first, second]: [number, number],
  rows: number,
): string {
  const on = `on ${rows.toLocaleString('en-US')} rows`;
  if (value === null || low === null || high === null) return `${metricName(metric)} is undefined ${on}.`;
  const scale = shareMetrics.has(metric) ? 100 : 1;
  const write = (share: number) => figure(scale * share);
  const unit = shareMetrics.has(metric) ? `points of ${metricName(metric)}` : `in ${metricName(metric)}`;
  if (verdict === 'unclear') {
    return (
      `Neither run is clearly better: run ${first} gains ${write(value)} ${unit} over run ${second}, ` +
      `95 % interval ${write(low)} to ${write(high)}, ${on}.`
    );
  }
  const [better, sign] = verdict === 'first' ? [first, 1] : [second, -1];
  const ends = [sign * low, sign * high].sort((a, b) => a - b).map(write);
  return `Run ${better} is better by ${write(sign * value)} ${unit}, 95 % interval ${ends.join(' to ')}, ${on}.`;
}

function pairedTests(first: Judged, second: Judged, metric: string): RunDifference['tests'] {
  if (metric === 'roc_auc' && first.classes.length === 2) {
    const positive = ({ answers }: Judged) => answers.values.filter((_, place) => place % 2 === 1);
    const test = deLongTest(positive(first), positive(second), (row) => first.target[row] === 1);
    return test === null ? [] : [{ name: 'delong', statistic: test.statistic, p: test.p }];
  }
  if (metric !== 'accuracy') return [];
  const right = (judged: Judged) => predictedLabels(judged).map((label, row) => Number(label === judged.target[row]));
  const [ofFirst, ofSecond] = [right(first), right(second)];
  const only = (own: Int32Array, other: Int32Array) =>
    own.reduce((n, hit, row) => n + hit * (1 - (other[row] ?? 0)), 0);
  const test = mcNemarTest(only(ofFirst, ofSecond), only(ofSecond, ofFirst));
  return test === null ? [] : [{ name: 'mcnemar', ...test }];
}
