import { seededRandom } from '../base/random.ts';
import type { TaskKind } from '../contract/values.ts';
import { pairedBootstrapDifference } from '../statistics/bootstrap.ts';
import { classificationMetrics, selectClassificationRows } from '../statistics/classification-metrics.ts';
import { regressionMetrics } from '../statistics/regression-metrics.ts';
import type { Comparison } from './decision.ts';

/** The metric that decides, as scikit-learn names it. */
export interface RankingMetric {
  name: string;
  lowerIsBetter: boolean;
}

/** A model's answers to the common rows: one prediction a row, or one probability a class. */
export interface ModelAnswers {
  /** Empty for a regression. */
  classes: readonly string[];
  /** Binary only. */
  threshold?: number;
  /** Rows x classes or rows x 1, row-major. */
  values: Float64Array;
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
}

type MetricOfRows = (positions: Int32Array) => number | null;

/**
 * Judges two models on the same rows, with a paired bootstrap of the gain.
 * @param onResample called before each resample; it may throw to stop.
 */
export function judge(judgement: Judgement, onResample: () => void = () => {}): Comparison {
  const { metric, margin, truth, champion, challenger, seed } = judgement;
  const rows = truth.values.length;
  const everyRow = Int32Array.from({ length: rows }, (_, row) => row);
  const [ofChampion, ofChallenger] = [champion, challenger].map((answers) => metricOfRows(judgement, answers)) as [
    MetricOfRows,
    MetricOfRows,
  ];
  const worth = (value: number | null) => (value === null ? null : metric.lowerIsBetter ? -value : value);
  const difference = pairedBootstrapDifference(
    rows,
    (positions) => {
      onResample();
      return worth(ofChallenger(positions));
    },
    (positions) => {
      const value = worth(ofChampion(positions));
      return value === null ? null : value + margin;
    },
    { random: seededRandom(seed), repeats: resamples(rows) },
  );
  return {
    champion: rows === 0 ? null : ofChampion(everyRow),
    challenger: rows === 0 ? null : ofChallenger(everyRow),
    gain: difference && difference.difference + margin,
    interval: difference && [difference.low + margin, difference.high + margin],
    confidence: difference?.shareFirstLarger ?? null,
    rows,
  };
}

/** Many where they are cheap; with many rows the interval is narrow anyway. */
function resamples(rows: number): number {
  return Math.round(Math.min(2000, Math.max(200, 2_000_000 / Math.max(rows, 1))));
}

function metricOfRows({ metric, truth, champion, challenger }: Judgement, answers: ModelAnswers): MetricOfRows {
  if (truth.kind === 'numbers') {
    const pick = (values: Float64Array, positions: Int32Array) =>
      Float64Array.from(positions, (position) => values[position] as number);
    return (positions) =>
      pickMetric(
        regressionMetrics({ targets: pick(truth.values, positions), predictions: pick(answers.values, positions) }),
        metric,
      );
  }
  const classes = unitedClasses(champion.classes, challenger.classes);
  const input = {
    classes,
    probabilities: spreadProbabilities(answers, classes),
    labels: Int32Array.from(truth.values, (name) => classes.indexOf(name)),
    ...(classes.length === 2 && answers.threshold !== undefined ? { threshold: answers.threshold } : {}),
  };
  return (positions) => pickMetric(classificationMetrics(selectClassificationRows(input, positions)), metric);
}

function pickMetric(metrics: Record<string, number | null>, { name }: RankingMetric): number | null {
  return metrics[name] ?? null;
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
