import { type Frame, type FrameColumn, findColumn } from '../../base/frame.ts';
import type { VersionComparison } from '../../contract/package-comparison.ts';
import type { TaskKind } from '../../contract/values.ts';
import { predictedClasses } from '../../statistics/classification-metrics.ts';
import { mean, quantileOfSorted } from '../../statistics/summary.ts';
import { rawValue } from '../../train/index.ts';
import type { ModelAnswers } from './score.ts';

type Predictions = VersionComparison['predictions'];
type ColumnDisagreement = Predictions['byColumn'][number];
type ValueDisagreement = ColumnDisagreement['values'][number];

/** Two versions' answers to the same rows, as one number a row each. */
export interface ComparedAnswers {
  /** What the numbers are. */
  answer: string;
  a: Float64Array;
  b: Float64Array;
  /** Null for numbers. */
  labels: { a: string[]; b: string[] } | null;
  /** How far the answers are apart: of numbers the distance, of classes half the sum over all probabilities. */
  differences: Float64Array;
}

/** @param target what a regression predicts */
export function compareAnswers(task: TaskKind, target: string, a: ModelAnswers, b: ModelAnswers): ComparedAnswers {
  if (task === 'regression') {
    const differences = a.values.map((value, row) => Math.abs(value - (b.values[row] as number)));
    return { answer: target, a: a.values, b: b.values, labels: null, differences };
  }
  const classes = [...new Set([...a.classes, ...b.classes])];
  const [ofA, ofB] = [probabilitiesOf(a, classes), probabilitiesOf(b, classes)];
  const labels = { a: labelsOf(a), b: labelsOf(b) };
  const differences = Float64Array.from(labels.a, (_, row) => {
    const apart = classes.map((_, at) => Math.abs(ofA(row, at) - ofB(row, at)));
    return apart.reduce((sum, value) => sum + value, 0) / 2;
  });
  const isBinary = classes.length === 2;
  const shown = labels.a.map((label) => (isBinary ? 1 : classes.indexOf(label)));
  return {
    answer: isBinary ? `probability of ${classes[1]}` : 'probability of the label that the first gives',
    a: Float64Array.from(shown, (at, row) => ofA(row, at)),
    b: Float64Array.from(shown, (at, row) => ofB(row, at)),
    labels,
    differences,
  };
}

function probabilitiesOf({ classes, values }: ModelAnswers, all: readonly string[]) {
  const places = all.map((name) => classes.indexOf(name));
  return (row: number, at: number) => {
    const place = places[at] as number;
    return place < 0 ? 0 : (values[row * classes.length + place] as number);
  };
}

function labelsOf({ classes, threshold, values }: ModelAnswers): string[] {
  const predicted = predictedClasses({ classes, threshold, probabilities: values, labels: [] });
  return Array.from(predicted, (index) => classes[index] as string);
}

export function labelsDiffer({ labels }: ComparedAnswers, row: number): boolean {
  return labels !== null && labels.a[row] !== labels.b[row];
}

/** Share of rows with different labels, null for numbers. */
function shareDiffering(answers: ComparedAnswers, rows: readonly number[]): number | null {
  if (answers.labels === null) return null;
  return rows.filter((row) => labelsDiffer(answers, row)).length / Math.max(1, rows.length);
}

const shownPoints = 600;
const shownBins = 21;

/** What stands over all rows: shares, means, points and bins. */
export function summarize(
  answers: ComparedAnswers,
): Pick<Predictions, 'labelsDiffer' | 'meanDifference' | 'maxDifference' | 'points' | 'histogram'> {
  const { a, b, differences } = answers;
  const rows = Array.from(differences, (_, row) => row);
  const step = Math.max(1, rows.length / shownPoints);
  const sample = Array.from({ length: Math.min(rows.length, shownPoints) }, (_, index) => Math.floor(index * step));
  return {
    labelsDiffer: shareDiffering(answers, rows),
    meanDifference: mean(differences) ?? 0,
    maxDifference: differences.reduce((most, value) => Math.max(most, value), 0),
    points: sample.map((row) => [a[row] as number, b[row] as number]),
    histogram: histogramOf(Float64Array.from(a, (value, row) => (b[row] as number) - value)),
  };
}

/** An odd number of bins around 0, so that what does not differ stands in the middle one. */
function histogramOf(values: Float64Array): Predictions['histogram'] {
  const reach = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const width = (2 * reach) / shownBins;
  const counts = new Int32Array(shownBins);
  for (const value of values) {
    const bin = Math.min(shownBins - 1, Math.floor((value + reach) / width));
    counts[bin] = (counts[bin] as number) + 1;
  }
  return Array.from(counts, (rows, bin) => ({ low: bin * width - reach, high: (bin + 1) * width - reach, rows }));
}

const largestRows = 20;

/** Rows that differ most; those with different labels first. */
export function largestDifferences(answers: ComparedAnswers): number[] {
  const rows = Array.from(answers.differences, (_, row) => row);
  const weight = (row: number) => Number(labelsDiffer(answers, row)) + 1e-300;
  return rows
    .filter((row) => (answers.differences[row] as number) > 0)
    .sort(
      (left, right) =>
        weight(right) - weight(left) || (answers.differences[right] as number) - (answers.differences[left] as number),
    )
    .slice(0, largestRows);
}

const shownColumns = 8;
const shownValues = 4;
const fewestRows = 5;
const numberBins = 5;
const mostTexts = 12;

/**
 * Columns in whose values the answers are further apart than over all rows, those with the largest gap first.
 * @param positions of the compared rows in the frame
 */
export function disagreementByColumn(
  answers: ComparedAnswers,
  frame: Frame,
  positions: ArrayLike<number>,
  names: readonly string[],
): ColumnDisagreement[] {
  const overall = mean(answers.differences) ?? 0;
  return names
    .flatMap((name) => {
      const column = findColumn(frame, name);
      if (column === undefined) return [];
      const values = valueGroups(column, positions)
        .filter(({ rows }) => rows.length >= fewestRows)
        .map(({ text, rows }) => describeGroup(answers, text, rows))
        .sort((left, right) => right.meanDifference - left.meanDifference);
      const gap = (values[0]?.meanDifference ?? 0) - overall;
      return gap > 0 ? [{ name, values: values.slice(0, shownValues), gap }] : [];
    })
    .sort((left, right) => right.gap - left.gap)
    .slice(0, shownColumns)
    .map(({ name, values }) => ({ name, values }));
}

function describeGroup(answers: ComparedAnswers, text: string, rows: readonly number[]): ValueDisagreement {
  const sum = rows.reduce((total, row) => total + (answers.differences[row] as number), 0);
  return {
    text,
    rows: rows.length,
    meanDifference: sum / rows.length,
    labelsDiffer: shareDiffering(answers, rows),
  };
}

interface ValueGroup {
  text: string;
  /** Places among the compared rows. */
  rows: number[];
}

function valueGroups(column: FrameColumn, positions: ArrayLike<number>): ValueGroup[] {
  const groups = new Map<string, number[]>();
  const textOf = column.kind === 'text' || column.type === 'boolean' ? exactText(column) : rangeText(column, positions);
  for (let row = 0; row < positions.length; row += 1) {
    const text = textOf(positions[row] as number);
    const rows = groups.get(text);
    if (rows) rows.push(row);
    else groups.set(text, [row]);
  }
  const largestFirst = [...groups]
    .map(([text, rows]) => ({ text, rows }))
    .sort((l, r) => r.rows.length - l.rows.length);
  return largestFirst.slice(0, mostTexts);
}

function exactText(column: FrameColumn): (position: number) => string {
  return (position) => {
    const value = rawValue(column, position);
    return value === null ? 'missing' : String(value);
  };
}

/** Ranges that hold about as many rows each. */
function rangeText(column: FrameColumn, positions: ArrayLike<number>): (position: number) => string {
  const value = (position: number) => column.values[position] as number;
  const known = Float64Array.from(Array.from(positions, value).filter((one) => !Number.isNaN(one))).sort();
  const cuts = Array.from({ length: numberBins + 1 }, (_, bin) => quantileOfSorted(known, bin / numberBins));
  const bounds = [...new Set(cuts)];
  const word = (one: number) =>
    column.kind === 'time' ? new Date(one).toISOString().slice(0, 10) : String(Number(one.toPrecision(4)));
  return (position) => {
    const one = value(position);
    if (Number.isNaN(one)) return 'missing';
    const upper = bounds.findIndex((bound, index) => index > 0 && one <= bound);
    if (upper < 0) return word(one);
    return `${word(bounds[upper - 1] as number)} to ${word(bounds[upper] as number)}`;
  };
}
