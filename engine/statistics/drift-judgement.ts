import type { ColumnDrift, DriftDefinition } from '../contract/monitor-drift.ts';
import { chunkThresholds } from './chunk-thresholds.ts';
import { populationStabilityIndex } from './distances.ts';
import { judgeShareChange, type MeasuredShareChange, measureShareChange, type Sides } from './share-change.ts';
import { chiSquareQuantile, chiSquareSurvival } from './special-functions.ts';

/** Part of a column's values, with the rows of both sides in it. */
export interface DriftSlot extends Sides {
  label: string;
  /** Bounds [from, to) of an interval, both the value of a mass point, null where open or no number. */
  from: number | null;
  to: number | null;
}

/** Rows with a level that the reference does not have. */
export interface UnseenRows extends Sides {
  /** Mean size of the level that such a row of the current side belongs to. */
  clump: number;
}

/** A column of two sides, counted. What rows, sketches and counters can all be brought into. */
export interface SlotComparison {
  slots: readonly DriftSlot[];
  /** All rows, those without a value among them. */
  rows: Sides;
  /** Rows without a value. */
  missing: Sides;
  /** Null where the column has no levels. On the reference's side the rows that a further sample should bring. */
  unseen: UnseenRows | null;
}

export interface JudgeOptions {
  /** Default `default`. */
  definition?: DriftDefinition;
  /** PSI that counts as drift. Default 0.2, the common rule of thumb for a major shift (Siddiqi 2006). */
  threshold?: number;
  /** Change of the share of rows that are missing or unseen, that counts as drift. Default 0.05. */
  shareThreshold?: number;
  /** Chance of at least one false alarm among all columns. Default 0.05. */
  falseAlarmRate?: number;
  /** Columns that are judged together, where they are judged one by one. Default 1. */
  columnCount?: number;
  /** Rows below which, on either side, there is no verdict. Default 30. */
  minimumRows?: number;
}

/** What is said of a column by its slots. */
export type SlotVerdict = Omit<ColumnDrift, 'name' | 'type' | 'statistics' | 'importance'>;

/** What was measured of a column, to be judged when the level is known. */
export interface SlotMeasurement {
  comparison: SlotComparison;
  /** Null where there are too few rows. */
  score: number | null;
  missing: MeasuredShareChange | null;
  unseen: MeasuredShareChange | null;
  /** 1/n + 1/m: what a score is measured in under sampling alone. */
  unit: number;
  degreesOfFreedom: number;
  /** Tests of the column, which share its level. */
  tests: number;
  /** Chance of figures this large by sampling alone; null without a score. */
  samplingP: number | null;
}

/**
 * PSI over the slots. default: half a row is added to every slot (Jeffreys' prior), so that an empty one stays finite in
 * proportion to the rows; else shares are floored at 1e-4, as is common.
 */
export function slotScore(slots: readonly DriftSlot[], definition: DriftDefinition): number | null {
  const { reference, current } = slotCounts(slots);
  if (definition !== 'default') return populationStabilityIndex(reference, current);
  return populationStabilityIndex(
    reference.map((rows) => rows + 0.5),
    current.map((rows) => rows + 0.5),
    0,
  );
}

/** The rows of the slots by side. */
export function slotCounts(slots: readonly DriftSlot[]): { reference: number[]; current: number[] } {
  return { reference: slots.map(({ reference }) => reference), current: slots.map(({ current }) => current) };
}

/** What a column's slots say before it is known how many columns are judged with it. */
export function measureSlots(comparison: SlotComparison, options: JudgeOptions = {}): SlotMeasurement {
  const { definition = 'default', minimumRows = 30 } = options;
  const { slots, rows, missing, unseen } = comparison;
  const score = Math.min(rows.reference, rows.current) < minimumRows ? null : slotScore(slots, definition);
  const unit = 1 / rows.reference + 1 / rows.current;
  const degreesOfFreedom = slots.length - 1;
  const changes = {
    missing: missing.reference + missing.current === 0 ? null : measureShareChange(missing, rows),
    unseen:
      unseen === null || unseen.reference + unseen.current === 0
        ? null
        : measureShareChange(unseen, rows, Math.max(unseen.clump, 1)),
  };
  const chances = [
    degreesOfFreedom < 1 || score === null ? 1 : chiSquareSurvival(score / unit, degreesOfFreedom),
    ...Object.values(changes).flatMap((change) => (change === null ? [] : [change.p])),
  ];
  const samplingP = score === null ? null : Math.min(1, Math.min(...chances) * chances.length);
  return { comparison, score, ...changes, unit, degreesOfFreedom, tests: chances.length, samplingP };
}

/**
 * Whether a measured column drifted: under `default` when the PSI exceeds both the threshold and what sampling alone would
 * give, or when the share of missing or of unseen rows changed by its own threshold and by more than sampling would; under
 * `decile` when the PSI exceeds the threshold.
 *
 * Sampling: without drift PSI / (1/n + 1/m) follows about a chi-square law with slots - 1 degrees of freedom (Yurdakul,
 * Naranjo 2020, Statistical properties of the population stability index). The tests of a column share its level
 * (Bonferroni).
 * @param level chance of a false alarm of this column.
 * @param chunkScores scores of chunks of the reference; with them the threshold is theirs (mean and three standard
 *   deviations) and sampling is not asked.
 */
export function judgeSlots(
  measurement: SlotMeasurement,
  level: number,
  options: JudgeOptions = {},
  chunkScores?: Float64Array,
): SlotVerdict {
  const { definition = 'default', shareThreshold = 0.05 } = options;
  const { score, unit, degreesOfFreedom, tests, comparison } = measurement;
  const ofChunks = chunkScores && chunkThresholds(chunkScores).upper;
  const threshold = ofChunks ?? options.threshold ?? 0.2;
  const asksSampling = definition === 'default' && score !== null;
  const samplingLimit =
    !asksSampling || chunkScores
      ? null
      : degreesOfFreedom < 1
        ? 0
        : unit * chiSquareQuantile(1 - level / tests, degreesOfFreedom);
  const shareLevel = asksSampling ? level / tests : null;
  const judgeShare = (change: MeasuredShareChange | null) =>
    change && judgeShareChange(change, shareLevel, shareThreshold);
  const [missing, unseen] = [judgeShare(measurement.missing), judgeShare(measurement.unseen)];
  const reasons: SlotVerdict['reasons'] = [];
  if (score !== null && score > threshold && score > (samplingLimit ?? 0)) reasons.push('distribution');
  if (missing?.drifted) reasons.push('missing');
  if (unseen?.drifted) reasons.push('unseen');
  const drifted = reasons.length > 0;
  return {
    definition,
    thresholds: chunkScores ? 'chunks' : 'sampling',
    test: 'psi',
    scoreIs: 'distance',
    score,
    threshold,
    samplingLimit,
    drifted,
    verdict: score === null ? 'too_few_rows' : drifted ? 'drifted' : 'stable',
    reasons,
    missing,
    unseen,
    bins: binsOfSlots(comparison.slots),
  };
}

/** Measures and judges one column; `columnCount` says how many are judged together (Bonferroni). */
export function driftOfSlots(comparison: SlotComparison, options: JudgeOptions = {}): SlotVerdict {
  const { falseAlarmRate = 0.05, columnCount = 1 } = options;
  return judgeSlots(measureSlots(comparison, options), falseAlarmRate / Math.max(columnCount, 1), options);
}

/**
 * Level at which each p-value is judged by Holm (1979): the smallest at rate / count, the next at rate / (count - 1), … until
 * one is not significant, at whose level all later ones are judged too. Nulls do not count.
 */
export function holmLevels(pValues: readonly (number | null)[], rate: number): number[] {
  const ranked = pValues
    .flatMap((p, index) => (p === null ? [] : [{ p, index }]))
    .sort((left, right) => left.p - right.p);
  const levels = pValues.map(() => rate);
  let level = rate;
  let stopped = false;
  ranked.forEach(({ p, index }, rank) => {
    if (!stopped) level = rate / (ranked.length - rank);
    levels[index] = level;
    stopped ||= p > level;
  });
  return levels;
}

/** Shares of the rows by slot. */
export function binsOfSlots(slots: readonly DriftSlot[]): ColumnDrift['bins'] {
  const sum = (side: keyof Sides) => slots.reduce((rows, slot) => rows + slot[side], 0);
  const [reference, current] = [sum('reference'), sum('current')];
  return slots.map((slot) => ({
    label: slot.label,
    from: slot.from,
    to: slot.to,
    reference: reference === 0 ? 0 : slot.reference / reference,
    current: current === 0 ? 0 : slot.current / current,
  }));
}
