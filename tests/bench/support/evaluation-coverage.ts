import type { Frame } from '../../../engine/base/frame.ts';
import { type Random, seededRandom } from '../../../engine/base/random.ts';
import { type MetricOfCounts, pairedBootstrapDifference } from '../../../engine/statistics/bootstrap.ts';
import { meanOfCounts } from '../../../engine/statistics/counted-metrics.ts';
import { type Decisions, fairnessIntervals } from '../../../engine/statistics/fairness.ts';
import { columnImportance } from '../../../engine/train/evaluation/importance.ts';
import type { EvaluationSubject } from '../../../engine/train/evaluation/subject.ts';
import { quietEvaluation, subjectOf } from '../../support/evaluation-sample.ts';
import { frameOf, numberColumn } from '../../support/train-sample.ts';

interface Range {
  low: number;
  high: number;
}

/** How many samples of how many rows are drawn. */
interface Sampling {
  samples: number;
  rows: number;
}

/** Standard normal. */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function holds(interval: Range | null | undefined, truth: number): number {
  return Number(interval !== null && interval !== undefined && interval.low <= truth && truth <= interval.high);
}

interface Rates {
  share: number;
  tpr: number;
  fpr: number;
}

const positives = 0.4;
/** Two groups that are treated so differently that no chance turns them round. */
const groups: readonly [Rates, Rates] = [
  { share: 0.6, tpr: 0.8, fpr: 0.3 },
  { share: 0.4, tpr: 0.45, fpr: 0.2 },
];

function drawDecisions(random: Random, rows: number): Decisions {
  const [actual, selected] = [new Uint8Array(rows), new Uint8Array(rows)];
  const members = Int32Array.from({ length: rows }, () => Number(random() >= groups[0].share));
  for (let row = 0; row < rows; row++) {
    const { tpr, fpr } = groups[members[row] as 0 | 1];
    actual[row] = Number(random() < positives);
    selected[row] = Number(random() < (actual[row] === 1 ? tpr : fpr));
  }
  return { groups: members, groupCount: 2, actual, selected };
}

/** What `fairnessDifferences` has of endlessly many rows. */
function trueDifferences(): Record<string, number> {
  const selection = ({ tpr, fpr }: Rates) => positives * tpr + (1 - positives) * fpr;
  const [first, second] = groups;
  return {
    demographic_parity_difference: selection(first) - selection(second),
    demographic_parity_ratio: selection(second) / selection(first),
    equalized_odds_difference: first.tpr - second.tpr,
    equal_opportunity_difference: first.tpr - second.tpr,
  };
}

/** Share of samples whose interval of a difference between groups holds the true one. */
export function fairnessCoverage({ samples, rows }: Sampling): Record<string, number> {
  const truth = Object.entries(trueDifferences());
  const held = Object.fromEntries(truth.map(([name]) => [name, 0]));
  for (let index = 0; index < samples; index++) {
    const intervals = fairnessIntervals(drawDecisions(seededRandom(2000 + index), rows), seededRandom(index));
    for (const [name, value] of truth) held[name] = (held[name] ?? 0) + holds(intervals[name], value) / samples;
  }
  return held;
}

/** Slopes of independent standard normal columns, and the deviation of what they do not explain. */
const slopes = [2, 1, 0.5];
const noise = 1.5;
const trueLoss = slopes.map(
  (slope) => (2 * slope ** 2) / (slopes.reduce((sum, one) => sum + one ** 2, 0) + noise ** 2),
);

function drawLinear(random: Random, rows: number): { frame: Frame; answers: Float64Array } {
  const columns = slopes.map((_, index) =>
    numberColumn(
      `x${index}`,
      Array.from({ length: rows }, () => normal(random)),
    ),
  );
  const answers = Float64Array.from({ length: rows }, (_, row) =>
    slopes.reduce((sum, slope, index) => sum + slope * (columns[index]?.values[row] as number), 0),
  );
  return { frame: frameOf(...columns, numberColumn('y', [...answers])), answers };
}

/**
 * Share of samples whose interval holds what r2 loses when a column is shuffled. The model is the true one, so that
 * endlessly many rows lose 2 slope² / variance of the target.
 */
export async function importanceCoverage({ samples, rows }: Sampling): Promise<Record<string, number>> {
  const { frame } = drawLinear(seededRandom(4), rows);
  const base = await subjectOf(frame, { target: 'y' }, 'linear', { alpha: 0 });
  const held = Object.fromEntries(slopes.map((_, index) => [`x${index}`, 0]));
  for (let index = 0; index < samples; index++) {
    const random = seededRandom(3000 + index);
    const drawn = drawLinear(random, rows);
    const holdout: EvaluationSubject['holdout'] = {
      frame: drawn.frame,
      positions: Int32Array.from({ length: rows }, (_, row) => row),
      target: drawn.answers.map((answer) => answer + noise * normal(random)),
      answers: { values: drawn.answers },
    };
    const { columns } = await columnImportance({ ...base, holdout, seed: index }, quietEvaluation);
    for (const column of columns) {
      const truth = trueLoss[Number(column.name.slice(1))] as number;
      held[column.name] = (held[column.name] ?? 0) + holds(column, truth) / samples;
    }
  }
  return held;
}

/** Errors of two models, which share what makes rows hard. */
const ownErrors = [0.8, 1] as const;

function rmseOf(residuals: Float64Array): MetricOfCounts {
  const squares = residuals.map((residual) => residual ** 2);
  return (counts) => Math.sqrt(meanOfCounts(squares, counts) as number);
}

/** Share of samples whose interval of the difference of two models' rmse holds the true one. */
export function differenceCoverage({ samples, rows }: Sampling, repeats: number): Record<string, number> {
  const truth = Math.sqrt(1 + ownErrors[1] ** 2) - Math.sqrt(1 + ownErrors[0] ** 2);
  let held = 0;
  for (let index = 0; index < samples; index++) {
    const random = seededRandom(5000 + index);
    const targets = Float64Array.from({ length: rows }, () => normal(random));
    const [first, second] = ownErrors.map((size) => rmseOf(targets.map((value) => value - size * normal(random))));
    const options = { random: seededRandom(index), repeats };
    const { interval } = pairedBootstrapDifference(rows, second as MetricOfCounts, first as MetricOfCounts, options);
    held += holds(interval, truth) / samples;
  }
  return { rmse: held };
}
