import { GalleyError } from '../../base/errors.ts';
import type { FrameColumn } from '../../base/frame.ts';
import { seededRandom, shuffle } from '../../base/random.ts';
import type { DriftColumn } from '../../statistics/drift.ts';
import { areaUnderRoc, rankingSteps } from '../../statistics/ranking.ts';
import { normalQuantile } from '../../statistics/special-functions.ts';
import { outOfFoldAnswers } from '../../train/for-jobs.ts';

const folds = 5;
/** Few rounds of small trees on coarse bins: what tells 1,500 rows of either side apart is not told better by more of them. */
const trees = { rounds: 20, learning_rate: 0.15, max_leaves: 8, max_bins: 63 };
/** More levels are pooled: what a level is worth must not tell the rows that it was learnt from. */
const largestLevels = 30;
/** Above it NannyML alarms by default. */
export const domainThreshold = 0.65;

export interface DomainDrift {
  /** Mean area under the ROC curve over the folds: 0.5 where reference and current rows cannot be told apart. */
  area: number;
  threshold: number;
  /** What sampling alone would give at most. */
  samplingLimit: number;
  drifted: boolean;
}

/**
 * Whether a classifier can tell current rows from those of a reference: boosted trees, judged on the fifth of the rows that
 * they were not fitted on, in turn (NannyML's domain classifier). It is drift where the area is above both the threshold and
 * what sampling alone gives, by the variance of Mann and Whitney's statistic.
 * @param level share of no-drift comparisons below the sampling limit, as 0.975
 */
export function domainDrift(
  reference: readonly DriftColumn[],
  current: readonly DriftColumn[],
  level: number,
): DomainDrift {
  const [before, after] = [rowsOf(reference), rowsOf(current)];
  const columns = reference.map((column, index) => joined(String(index), column, current[index] as DriftColumn));
  const isCurrent = Uint8Array.from({ length: before + after }, (_, row) => Number(row >= before));
  const fold = foldsOf(isCurrent);
  const scores = scoresOf(columns, isCurrent, fold);
  const areas = Array.from({ length: folds }, (_, tested) => areaOfFold(scores, isCurrent, fold, tested));
  const area = areas.reduce((sum, one) => sum + one, 0) / folds;
  const [first, second] = [before / folds, after / folds];
  const ofFold = (first + second + 1) / (12 * first * second);
  // Folds share rows to fit on, so that their mean varies more than that of independent ones: Nadeau, Bengio 2003.
  const deviation = Math.sqrt(ofFold * (1 / folds + 1 / (folds - 1)));
  const samplingLimit = 0.5 + normalQuantile(level) * deviation;
  return { area, threshold: domainThreshold, samplingLimit, drifted: area > domainThreshold && area > samplingLimit };
}

function rowsOf(columns: readonly DriftColumn[]): number {
  return columns[0]?.values.length ?? 0;
}

/** Of each row the fold that it is tested in; both sides are spread evenly. */
function foldsOf(isCurrent: Uint8Array): Uint8Array {
  const random = seededRandom(0);
  const fold = new Uint8Array(isCurrent.length);
  for (const side of [0, 1]) {
    const rows = Int32Array.from(isCurrent.keys()).filter((row) => isCurrent[row] === side);
    for (const [place, row] of shuffle(rows, random).entries()) fold[row] = place % folds;
  }
  return fold;
}

/** Of each row what trees that were fitted on the other folds say of its side. */
function scoresOf(columns: readonly FrameColumn[], isCurrent: Uint8Array, fold: Uint8Array): Float64Array {
  const frame = { rows: isCurrent.length, columns: [...columns] };
  try {
    return outOfFoldAnswers(frame, Float64Array.from(isCurrent), fold, folds, trees);
  } catch (error) {
    // Nothing tells any rows apart, so nothing tells the sides apart.
    if (error instanceof GalleyError && error.code === 'train.no_features') return new Float64Array(frame.rows);
    throw error;
  }
}

function areaOfFold(scores: Float64Array, isCurrent: Uint8Array, fold: Uint8Array, tested: number): number {
  const rows = Int32Array.from(fold.keys()).filter((row) => fold[row] === tested);
  const ofFold = Float64Array.from(rows, (row) => scores[row] as number);
  return areaUnderRoc(rankingSteps(ofFold, (row) => isCurrent[rows[row] as number] === 1)) ?? 0.5;
}

function joined(name: string, reference: DriftColumn, current: DriftColumn): FrameColumn {
  if (reference.kind !== 'text') {
    const values = new Float64Array(reference.values.length + current.values.length);
    values.set(reference.values as Float64Array);
    values.set(current.values as Float64Array, reference.values.length);
    return {
      name,
      type: 'float64',
      kind: 'number',
      values: values.map((value) => (Number.isFinite(value) ? value : Number.NaN)),
    };
  }
  const values = [...reference.values, ...(current.values as readonly (string | null)[])];
  const counts = new Map<string, number>();
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  const kept = new Set(
    [...counts]
      .sort(([, one], [, other]) => other - one)
      .slice(0, largestLevels)
      .map(([level]) => level),
  );
  // A space cannot begin a level of ours: what is pooled is told from what is called so.
  return {
    name,
    type: 'text',
    kind: 'text',
    values: values.map((value) => (value === null || kept.has(value) ? value : ' pooled')),
  };
}
