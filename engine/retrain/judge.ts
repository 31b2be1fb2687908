import { seededRandom } from '../base/random.ts';
import type { TaskKind } from '../contract/values.ts';
import type { ModelAnswers } from '../package/index.ts';
import { type MetricOfCounts, type MetricsOfCounts, pairedBootstrapDifference } from '../statistics/bootstrap.ts';
import { classificationOfCounts, regressionOfCounts } from '../statistics/counted-metrics.ts';
import type { Comparison } from './decision.ts';

/** The metric that decides, as scikit-learn names it. */
export interface RankingMetric {
  name: string;
  lowerIsBetter: boolean;
}

/** What came true: numbers, or the names of classes. */
export type Truth = { kind: 'numbers'; values: Float64Array } | { kind: 'classes'; values: readonly string[] };

export interface Judgement {
  task: TaskKind;
  metric: RankingMetric;
  margin: number;
  truth: Truth;
  champion: ModelAnswers;
  challenger: ModelAnswers;
  seed: number;
  /** Share of the resamples inside the interval, 0.95 by default. */
  level?: number;
  /** Resamples to draw; by default many where they are cheap. */
  repeats?: number;
}

/**
 * Judges two models on the same rows, with a paired bootstrap of the gain.
 * @param onResample called before each resample; it may throw to stop.
 */
export function judge(judgement: Judgement, onResample: () => void = () => {}): Comparison {
  const { metric, margin, truth, champion, challenger, seed } = judgement;
  const rows = truth.values.length;
  const everyRow = new Int32Array(rows).fill(1);
  const [ofChampion, ofChallenger] = [metricOfCounts(judgement, champion), metricOfCounts(judgement, challenger)];
  const worth = (value: number | null) => (value === null ? null : metric.lowerIsBetter ? -value : value);
  const { difference, interval, shareFirstLarger } = pairedBootstrapDifference(
    rows,
    (counts) => {
      onResample();
      return worth(ofChallenger(counts));
    },
    (counts) => {
      const value = worth(ofChampion(counts));
      return value === null ? null : value + margin;
    },
    { random: seededRandom(seed), repeats: judgement.repeats ?? resamples(rows), level: judgement.level ?? 0.95 },
  );
  return {
    champion: ofChampion(everyRow),
    challenger: ofChallenger(everyRow),
    gain: difference === null ? null : difference + margin,
    interval: interval && [interval.low + margin, interval.high + margin],
    confidence: shareFirstLarger,
    rows,
  };
}

/** A model alone, judged by its distance from a value that another one had on other rows. */
export interface LoneJudgement extends Omit<Judgement, 'champion'> {
  reference: number;
}

/**
 * Judges one model where the other cannot answer the rows: by its metric against a value.
 * @returns as `judge`; the champion's value is the given one
 */
export function judgeAgainst(lone: LoneJudgement, onResample: () => void = () => {}): Comparison {
  const { reference, metric, truth, challenger, seed } = lone;
  const rows = truth.values.length;
  const metricOf = metricOfCounts({ ...lone, champion: challenger }, challenger);
  const worth = (value: number) => (metric.lowerIsBetter ? -value : value);
  const { difference, interval, shareFirstLarger } = pairedBootstrapDifference(
    rows,
    (counts) => {
      onResample();
      const value = metricOf(counts);
      return value === null ? null : worth(value);
    },
    () => worth(reference),
    { random: seededRandom(seed), repeats: resamples(rows) },
  );
  return {
    champion: reference,
    challenger: metricOf(new Int32Array(rows).fill(1)),
    gain: difference,
    interval: interval && [interval.low, interval.high],
    confidence: shareFirstLarger,
    rows,
  };
}

/** The same of some of the rows, by their places. */
export function partOf<Part extends Pick<Judgement, 'truth' | 'champion' | 'challenger'>>(
  judgement: Part,
  places: readonly number[],
): Part {
  const { truth, champion, challenger } = judgement;
  const part: Truth =
    truth.kind === 'numbers'
      ? { kind: 'numbers', values: Float64Array.from(places, (place) => truth.values[place] as number) }
      : { kind: 'classes', values: places.map((place) => truth.values[place] as string) };
  return {
    ...judgement,
    truth: part,
    champion: answersOf(champion, places),
    challenger: answersOf(challenger, places),
  };
}

function answersOf(answers: ModelAnswers, places: readonly number[]): ModelAnswers {
  const width = Math.max(answers.classes.length, 1);
  const values = new Float64Array(places.length * width);
  for (const [index, place] of places.entries())
    values.set(answers.values.subarray(place * width, (place + 1) * width), index * width);
  return { ...answers, values };
}

/** Many where they are cheap; with many rows the interval is narrow anyway. */
function resamples(rows: number): number {
  return Math.round(Math.min(2000, Math.max(200, 2_000_000 / Math.max(rows, 1))));
}

function metricOfCounts({ metric, truth, champion, challenger }: Judgement, answers: ModelAnswers): MetricOfCounts {
  if (truth.kind === 'numbers') {
    const metrics: MetricsOfCounts = regressionOfCounts({ targets: truth.values, predictions: answers.values });
    return (counts) => metrics(counts)[metric.name] ?? null;
  }
  const classes = unitedClasses(champion.classes, challenger.classes);
  const input = {
    classes,
    probabilities: spreadProbabilities(answers, classes),
    labels: Int32Array.from(truth.values, (name) => classes.indexOf(name)),
    ...(classes.length === 2 && answers.threshold !== undefined && { threshold: answers.threshold }),
  };
  const metrics: MetricsOfCounts = classificationOfCounts(input, metric.name);
  return (counts) => metrics(counts)[metric.name] ?? null;
}

/** The classes that either model knows; those of the first keep their order, so that the positive one stays second. */
export function unitedClasses(first: readonly string[], second: readonly string[]): string[] {
  return [...first, ...second.filter((name) => !first.includes(name))];
}

/** Probabilities over more classes: 0 for those that the model does not know. */
function spreadProbabilities({ classes, values }: ModelAnswers, wanted: readonly string[]): Float64Array {
  const rows = values.length / classes.length;
  const spread = new Float64Array(rows * wanted.length);
  classes.forEach((name, from) => {
    const to = wanted.indexOf(name);
    for (let row = 0; row < rows; row++) {
      spread[row * wanted.length + to] = values[row * classes.length + from] as number;
    }
  });
  return spread;
}
