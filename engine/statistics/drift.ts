import type { ColumnDrift, DriftDefinition } from '../contract/monitor-drift.ts';
import {
  holmLevels,
  type JudgeOptions,
  judgeSlots,
  measureSlots,
  type SlotComparison,
  type SlotMeasurement,
  slotScore,
} from './drift-judgement.ts';
import { type DriftColumn, type DriftSample, type NumericSample, sampleOf, type TextSample } from './drift-sample.ts';
import { compareNumbers, compareTexts } from './drift-slots.ts';
import { type DriftStatistics, slotStatistics, valueStatistics } from './drift-statistics.ts';
import { judgeAsEvidently } from './evidently.ts';

export type { DriftDefinition } from '../contract/monitor-drift.ts';
export type { DriftColumn } from './drift-sample.ts';

export interface DriftOptions extends JudgeOptions {
  /** Scores of chunks of the reference beside the whole, to judge by their spread: see `chunkScoresOf`. */
  chunkScores?: Float64Array;
}

/**
 * How what came true is judged: a rate of 20 % that moves by 1.3 points, which no input need mind, is a PSI of 0.001 and costs
 * a model its calibration. One test with a small rate of false alarms, beside the family of the inputs, which its thresholds keep
 * far below its own rate from some hundred rows on.
 */
export const labelJudging = { threshold: 0.001, falseAlarmRate: 0.015, columnCount: 1 } as const;

export interface ColumnDriftResult extends Omit<ColumnDrift, 'type' | 'importance'> {
  kind: DriftColumn['kind'];
  statistics: DriftStatistics;
}

/**
 * Whether one column is distributed differently in the current rows, by the definition: see `judgeSlots` for `default` and
 * `decile`, `judgeAsEvidently` for `evidently`. Under `default` the false-alarm rate is divided by the number of columns
 * (Bonferroni).
 * @throws RangeError where the kinds of the two columns differ.
 */
export function driftOfColumn(
  reference: DriftColumn,
  current: DriftColumn,
  options: DriftOptions = {},
): ColumnDriftResult {
  return driftOfSamples(sampleOf(reference), sampleOf(current), options);
}

/** The same of samples, which are sorted and counted already. */
export function driftOfSamples(
  reference: DriftSample,
  current: DriftSample,
  options: DriftOptions = {},
): ColumnDriftResult {
  const { definition = 'default', falseAlarmRate = 0.05, columnCount = 1 } = options;
  if (definition === 'evidently') return evidentlyOf(reference, current);
  return judged(measured(reference, current, definition, options), falseAlarmRate / Math.max(columnCount, 1), options);
}

/**
 * `driftOfColumn` of every column of the reference that the current rows have by name, in the reference's order. The
 * chance of any false alarm among them is kept by Holm's (1979) step-down correction.
 */
export function driftOfColumns(
  reference: readonly DriftColumn[],
  current: readonly DriftColumn[],
  options: Omit<DriftOptions, 'columnCount' | 'chunkScores'> = {},
): ColumnDriftResult[] {
  const { definition = 'default' } = options;
  const byName = new Map(current.map((column) => [column.name, column]));
  const pairs = reference.flatMap((column) => {
    const other = byName.get(column.name);
    return other ? [[sampleOf(column), sampleOf(other)] as const] : [];
  });
  if (definition === 'evidently') return pairs.map(([before, now]) => evidentlyOf(before, now));
  const measurements = pairs.map(([before, now]) => measured(before, now, definition, options));
  const levels = holmLevels(
    measurements.map(({ slots }) => slots.samplingP),
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
  return slotScore(comparisonOf(sampleOf(reference), sampleOf(current), 'default').slots, 'default');
}

/** NannyML's number of chunks. */
const fewestChunks = 10;
/** More chunks tell no more of the spread and take long. */
const mostChunks = 50;

/**
 * Scores (PSI) of chunks of the reference in the order of its rows, each beside the whole of it: how far the score moves while
 * nothing has drifted. Chunks are as large as what is compared, but at least ten and at most fifty are cut.
 * @param currentRows how many rows will be compared with the reference.
 */
export function chunkScoresOf(
  reference: DriftColumn,
  currentRows: number,
  definition: Exclude<DriftDefinition, 'evidently'> = 'default',
): Float64Array {
  const rows = reference.values.length;
  const fitting = Math.floor(rows / Math.max(currentRows, 1));
  const chunks = Math.min(Math.max(fitting, fewestChunks), mostChunks, rows);
  const whole = sampleOf(reference);
  return Float64Array.from({ length: chunks }, (_, chunk) => {
    const [from, to] = [chunk, chunk + 1].map((edge) => Math.round((edge * rows) / chunks));
    const part = sampleOf({ ...reference, values: reference.values.slice(from, to) } as DriftColumn);
    return slotScore(comparisonOf(whole, part, definition).slots, definition) ?? Number.NaN;
  });
}

function comparisonOf(
  reference: DriftSample,
  current: DriftSample,
  definition: Exclude<DriftDefinition, 'evidently'>,
): SlotComparison {
  const sides = sameKind(reference, current);
  return sides.kind === 'text'
    ? compareTexts(sides.reference, sides.current, definition)
    : compareNumbers(sides.reference, sides.current, definition);
}

type SameKind =
  | { kind: 'text'; reference: TextSample; current: TextSample }
  | { kind: 'number'; reference: NumericSample; current: NumericSample };

/** @throws RangeError where the kinds of the two columns differ. */
function sameKind(reference: DriftSample, current: DriftSample): SameKind {
  if (reference.kind === 'text' && current.kind === 'text') return { kind: 'text', reference, current };
  if (reference.kind === 'text' || current.kind === 'text' || reference.kind !== current.kind) {
    throw new RangeError(`column ${reference.name} is ${reference.kind} in the reference and ${current.kind} now`);
  }
  return { kind: 'number', reference, current };
}

interface Measurement {
  reference: DriftSample;
  current: DriftSample;
  slots: SlotMeasurement;
}

function measured(
  reference: DriftSample,
  current: DriftSample,
  definition: Exclude<DriftDefinition, 'evidently'>,
  options: DriftOptions,
): Measurement {
  return { reference, current, slots: measureSlots(comparisonOf(reference, current, definition), options) };
}

function judged({ reference, current, slots }: Measurement, level: number, options: DriftOptions): ColumnDriftResult {
  return {
    name: reference.name,
    kind: reference.kind,
    ...judgeSlots(slots, level, options, options.chunkScores),
    statistics: {
      ...slotStatistics(slots.comparison, options.definition ?? 'default'),
      ...valueStatistics(reference, current),
    },
  };
}

function evidentlyOf(reference: DriftSample, current: DriftSample): ColumnDriftResult {
  sameKind(reference, current);
  return { name: reference.name, kind: reference.kind, ...judgeAsEvidently(reference, current) };
}
