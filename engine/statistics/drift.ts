import { type DriftColumn, type DriftDefinition, type DriftSlot, numericSlots, textSlots } from './drift-slots.ts';
import {
  type DriftStatistics,
  numericStatistics,
  slotScore,
  slotStatistics,
  textStatistics,
} from './drift-statistics.ts';
import { chiSquareQuantile, chiSquareSurvival } from './special-functions.ts';

export type { DriftColumn, DriftDefinition } from './drift-slots.ts';

export interface DriftOptions {
  /** Default `default`. */
  definition?: DriftDefinition;
  /** PSI that counts as drift. Default 0.2, the common rule of thumb for a major shift. */
  threshold?: number;
  /** Chance of at least one false alarm among all columns. Default 0.05. */
  falseAlarmRate?: number;
  /** Columns that are judged together; for `driftOfColumn` only. Default 1. */
  columnCount?: number;
  /** Rows below which, on either side, there is no verdict. Default 30. */
  minimumRows?: number;
}

export type DriftVerdict = 'drifted' | 'stable' | 'too_few_rows';

export interface DriftBin {
  label: string;
  from: number | null;
  to: number | null;
  /** Share of the reference's rows, 0 to 1. */
  reference: number;
  current: number;
}

export interface ColumnDriftResult {
  name: string;
  kind: DriftColumn['kind'];
  test: 'psi';
  /** Null where there are too few rows for a verdict. */
  score: number | null;
  threshold: number;
  /** Score that sampling alone stays below at these sizes; null under `decile` and without a verdict. */
  samplingLimit: number | null;
  drifted: boolean;
  verdict: DriftVerdict;
  statistics: DriftStatistics;
  bins: DriftBin[];
}

/**
 * Whether one column is distributed differently in the current rows. The score is the population stability index over the
 * slots of the definition. Under `default` a column has drifted when the score exceeds both the threshold and what
 * sampling alone would give; under `decile` when it exceeds the threshold.
 *
 * Sampling: without drift PSI / (1/n + 1/m) follows about a chi-square law with slots - 1 degrees of freedom (Yurdakul,
 * Naranjo 2020, Statistical properties of the population stability index); its quantile at the false-alarm rate, divided
 * by the number of columns (Bonferroni), gives the limit.
 * @throws RangeError where the kinds of the two columns differ.
 */
export function driftOfColumn(
  reference: DriftColumn,
  current: DriftColumn,
  options: DriftOptions = {},
): ColumnDriftResult {
  const { falseAlarmRate = 0.05, columnCount = 1 } = options;
  return judged(measured(reference, current, options), falseAlarmRate / columnCount, options);
}

/**
 * `driftOfColumn` of every column of the reference that the current rows have by name, in the reference's order. The
 * chance of any false alarm among them is kept by Holm's (1979) step-down correction.
 */
export function driftOfColumns(
  reference: readonly DriftColumn[],
  current: readonly DriftColumn[],
  options: Omit<DriftOptions, 'columnCount'> = {},
): ColumnDriftResult[] {
  const byName = new Map(current.map((column) => [column.name, column]));
  const measurements = reference.flatMap((column) => {
    const other = byName.get(column.name);
    return other ? [measured(column, other, options)] : [];
  });
  const levels = holmLevels(
    measurements.map(({ samplingP }) => samplingP),
    options.falseAlarmRate ?? 0.05,
  );
  return measurements.map((measurement, index) => judged(measurement, levels[index] as number, options));
}

/**
 * The score of `driftOfColumn` alone, for many columns of which no more is asked.
 * @returns null where a side has fewer than `minimumRows` rows.
 */
export function driftScoreOfColumn(reference: DriftColumn, current: DriftColumn, minimumRows = 30): number | null {
  if (Math.min(reference.values.length, current.values.length) < minimumRows) return null;
  return slotScore(slotsOf(reference, current, 'default'), 'default');
}

/** @throws RangeError where the kinds of the two columns differ. */
function slotsOf(reference: DriftColumn, current: DriftColumn, definition: DriftDefinition): DriftSlot[] {
  if (reference.kind === 'text' && current.kind === 'text') return textSlots(reference, current, definition);
  if (reference.kind === 'text' || current.kind === 'text' || reference.kind !== current.kind) {
    throw new RangeError(`column ${reference.name} is ${reference.kind} in the reference and ${current.kind} now`);
  }
  return numericSlots(reference, current, definition);
}

interface Measurement {
  reference: DriftColumn;
  slots: DriftSlot[];
  statistics: DriftStatistics;
  /** Null where there are too few rows. */
  score: number | null;
  /** 1/n + 1/m: what a score is measured in under sampling alone. */
  unit: number;
  degreesOfFreedom: number;
  /** Chance of a score this large by sampling alone; null without a score. */
  samplingP: number | null;
}

function measured(reference: DriftColumn, current: DriftColumn, options: DriftOptions): Measurement {
  const { definition = 'default', minimumRows = 30 } = options;
  const { slots, statistics } = compared(reference, current, definition);
  const [rows, otherRows] = [reference.values.length, current.values.length];
  const score = Math.min(rows, otherRows) < minimumRows ? null : slotScore(slots, definition);
  const unit = 1 / rows + 1 / otherRows;
  const degreesOfFreedom = slots.length - 1;
  const samplingP =
    score === null ? null : degreesOfFreedom < 1 ? 1 : chiSquareSurvival(score / unit, degreesOfFreedom);
  return { reference, slots, statistics, score, unit, degreesOfFreedom, samplingP };
}

function compared(reference: DriftColumn, current: DriftColumn, definition: DriftDefinition) {
  const slots = slotsOf(reference, current, definition);
  const shared = slotStatistics(reference, current, slots, definition);
  const own =
    reference.kind === 'text' || current.kind === 'text'
      ? textStatistics(slots)
      : numericStatistics(reference, current);
  return { slots, statistics: { ...shared, ...own } };
}

function judged(measurement: Measurement, level: number, options: DriftOptions): ColumnDriftResult {
  const { definition = 'default', threshold = 0.2 } = options;
  const { reference, score, slots, statistics } = measurement;
  const samplingLimit = definition === 'default' && score !== null ? limitAtLevel(measurement, level) : null;
  const drifted = score !== null && score > threshold && score > (samplingLimit ?? 0);
  return {
    name: reference.name,
    kind: reference.kind,
    test: 'psi',
    score,
    threshold,
    samplingLimit,
    drifted,
    verdict: score === null ? 'too_few_rows' : drifted ? 'drifted' : 'stable',
    statistics,
    bins: binsOfSlots(slots),
  };
}

function limitAtLevel({ unit, degreesOfFreedom }: Measurement, level: number): number {
  return degreesOfFreedom < 1 ? 0 : unit * chiSquareQuantile(1 - level, degreesOfFreedom);
}

/**
 * Level at which each p-value is judged by Holm: the smallest at rate / count, the next at rate / (count - 1), … until one
 * is not significant, at whose level all later ones are judged too. Nulls do not count.
 */
function holmLevels(pValues: (number | null)[], rate: number): number[] {
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

function binsOfSlots(slots: DriftSlot[]): DriftBin[] {
  const rows = slots.reduce((sum, slot) => sum + slot.reference, 0);
  const otherRows = slots.reduce((sum, slot) => sum + slot.current, 0);
  return slots.map((slot) => ({
    ...slot,
    reference: rows === 0 ? 0 : slot.reference / rows,
    current: otherRows === 0 ? 0 : slot.current / otherRows,
  }));
}
