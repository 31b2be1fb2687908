import { GalleyError } from '../base/errors.ts';
import { largestFloat32 } from '../base/float32.ts';
import type { FrameColumn } from '../base/frame.ts';
import type { TaskKind } from '../contract/values.ts';

/** More classes than this are taken for names or keys, not for something to predict. */
export const maximumClasses = 100;

/** A target column as what learners need. */
export interface Target {
  task: TaskKind;
  /** Sorted by UTF-16 code units, numbers by value; the second of two is the positive one. Empty for a regression. */
  classes: string[];
  /** One a row: the number, or the index of the class; NaN where the target is missing. */
  values: Float64Array;
}

/**
 * What the values of a column make of it: text and boolean are classes, int64 is where it has two values, other numbers
 * are regressions.
 * @param known what it is for a model that was not trained on it here.
 * @throws GalleyError `train.target_empty`, `train.target_constant`, `train.target_unusable`
 */
export function readTarget(column: FrameColumn, known?: KnownTarget): Target {
  if (known) return knownTarget(column, known);
  const labels = labelsOf(column);
  const classes = sortedLabels(labels, column);
  if (classes.length === 0) {
    throw targetError('train.target_empty', column, `Every row of "${column.name}" is missing.`);
  }
  if (classes.length === 1) {
    throw targetError('train.target_constant', column, `Every row of "${column.name}" is ${classes[0]}.`);
  }
  if (column.kind === 'time') {
    throw targetError(
      'train.target_unusable',
      column,
      `"${column.name}" is a ${column.type}, which cannot be predicted.`,
    );
  }
  if (column.kind === 'number' && column.type !== 'boolean' && !(column.type === 'int64' && classes.length === 2)) {
    const values = column.values.map((value) => (isLearnable(value) ? value : Number.NaN));
    return { task: 'regression', classes: [], values };
  }
  if (classes.length > maximumClasses) {
    const message = `"${column.name}" has ${classes.length} different texts; at most ${maximumClasses} can be predicted.`;
    throw targetError('train.target_unusable', column, message);
  }
  const indexOf = new Map(classes.map((label, index) => [label, index]));
  const values = Float64Array.from(labels, (label) => (label === null ? Number.NaN : (indexOf.get(label) as number)));
  return { task: classes.length === 2 ? 'binary' : 'multiclass', classes, values };
}

/** What a target is for a model that another program trained. */
export interface KnownTarget {
  task: TaskKind;
  /** In the order of the model's answers. */
  classes: readonly string[];
}

function knownTarget(column: FrameColumn, { task, classes }: KnownTarget): Target {
  if (task === 'regression') {
    if (column.kind !== 'number') {
      const message = `"${column.name}" is ${column.type}, and the model answers numbers.`;
      throw targetError('train.target_unusable', column, message);
    }
    return { task, classes: [], values: column.values.map((value) => (isLearnable(value) ? value : Number.NaN)) };
  }
  const indexOf = new Map(classes.map((label, index) => [label, index]));
  const values = Float64Array.from(labelsOf(column), (label) => indexOf.get(label ?? '') ?? Number.NaN);
  if (values.some((value) => !Number.isNaN(value))) return { task, classes: [...classes], values };
  const message = `No row of "${column.name}" has one of the model's classes: ${classes.join(', ')}.`;
  throw targetError('train.target_unusable', column, message);
}

/** Different values of a column as class names, in their order; undefined where there are more than `most`, or none. */
export function targetLabels(column: FrameColumn, most: number): string[] | undefined {
  if (column.kind === 'time') return undefined;
  const labels = sortedLabels(labelsOf(column), column);
  return labels.length === 0 || labels.length > most ? undefined : labels;
}

/** Class names in the order that a target of that kind has. */
export function inOrder(classes: readonly string[], column: Pick<FrameColumn, 'kind'>): string[] {
  const areNumbers = column.kind === 'number' && classes.every((label) => Number.isFinite(Number(label)));
  return areNumbers ? classes.toSorted((a, b) => Number(a) - Number(b)) : classes.toSorted();
}

function labelsOf(column: FrameColumn): (string | null)[] {
  if (column.kind === 'text') return column.values.map((value) => (value === '' ? null : value));
  if (column.type === 'boolean') {
    return Array.from(column.values, (value) => (Number.isNaN(value) ? null : value === 1 ? 'true' : 'false'));
  }
  return Array.from(column.values, (value) => (isLearnable(value) ? String(value) : null));
}

/** Answers are float32: what that cannot hold cannot be answered. */
function isLearnable(value: number): boolean {
  return Math.abs(value) <= largestFloat32;
}

function sortedLabels(labels: readonly (string | null)[], column: FrameColumn): string[] {
  const distinct = [...new Set(labels)].filter((label) => label !== null);
  return column.kind === 'text' ? distinct.sort() : distinct.sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1));
}

function targetError(
  code: 'train.target_empty' | 'train.target_constant' | 'train.target_unusable',
  column: FrameColumn,
  message: string,
): GalleyError {
  return new GalleyError(code, message, { details: { column: column.name } });
}
