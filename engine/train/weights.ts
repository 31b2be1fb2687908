import { GalleyError } from '../base/errors.ts';
import { type Frame, findColumn } from '../base/frame.ts';
import { suggestName } from '../base/nearest-name.ts';
import type { RowWeights } from '../contract/train-features.ts';
import { requireColumn } from './columns.ts';
import type { Target } from './task.ts';

/**
 * How much each training row counts, or undefined where all count the same.
 * @param target of all rows of the frame.
 * @throws GalleyError `train.unknown_column`, `train.invalid_weights`
 */
export function rowWeights(
  frame: Frame,
  trainingRows: Int32Array,
  target: Target,
  weights: RowWeights | undefined,
): Float64Array | undefined {
  const factors = [
    weights?.column === undefined ? undefined : columnWeights(frame, trainingRows, weights.column),
    weights?.classes === undefined ? undefined : classWeights(trainingRows, target, weights.classes),
  ].filter((factor) => factor !== undefined);
  if (factors.length === 0) return undefined;
  const product = new Float64Array(trainingRows.length).fill(1);
  for (const factor of factors) {
    for (let row = 0; row < product.length; row++) product[row] = (product[row] as number) * (factor[row] as number);
  }
  if (product.some((weight) => weight > 0)) return product;
  throw new GalleyError('train.invalid_weights', 'Every training row has weight 0.', { details: { ...weights } });
}

function columnWeights(frame: Frame, trainingRows: Int32Array, name: string): Float64Array {
  requireColumn(frame.columns, name);
  const column = findColumn(frame, name);
  if (column?.kind !== 'number' || column.type === 'boolean') {
    const message = `"${name}" is ${column?.type}; weights are numbers.`;
    throw new GalleyError('train.invalid_weights', message, { details: { column: name } });
  }
  const values = Float64Array.from(trainingRows, (row) => column.values[row] as number);
  const faulty = values.findIndex((value) => !(value >= 0 && value < Number.POSITIVE_INFINITY));
  if (faulty < 0) return values;
  const row = trainingRows[faulty] as number;
  const found = Number.isNaN(values[faulty]) ? 'has none' : `has ${values[faulty]}`;
  const message = `A weight is a finite number from 0 on; row ${row + 1} ${found} in "${name}".`;
  throw new GalleyError('train.invalid_weights', message, { details: { column: name, row: row + 1 } });
}

function classWeights(
  trainingRows: Int32Array,
  { task, classes, values }: Target,
  given: NonNullable<RowWeights['classes']>,
): Float64Array {
  if (task === 'regression') {
    throw new GalleyError('train.invalid_weights', 'A regression has no classes to weigh.');
  }
  const unknown = given === 'balanced' ? undefined : Object.keys(given).find((label) => !classes.includes(label));
  if (unknown !== undefined) {
    const message = `The target has no class "${unknown}". ${suggestName(unknown, classes)}`;
    throw new GalleyError('train.invalid_weights', message, { details: { class: unknown, classes } });
  }
  const weightOf =
    given === 'balanced'
      ? balanced(trainingRows, classes.length, values)
      : classes.map((label) => (Object.hasOwn(given, label) ? (given[label] as number) : 1));
  return Float64Array.from(trainingRows, (row) => weightOf[values[row] as number] as number);
}

/** scikit-learn's `class_weight='balanced'`: rows / (classes x rows of the class). */
function balanced(trainingRows: Int32Array, classCount: number, values: Float64Array): number[] {
  const counts = new Array<number>(classCount).fill(0);
  for (const row of trainingRows) counts[values[row] as number] = (counts[values[row] as number] as number) + 1;
  return counts.map((count) => trainingRows.length / (classCount * count));
}
