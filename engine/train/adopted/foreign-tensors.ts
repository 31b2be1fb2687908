import { type Frame, type FrameColumn, findColumn } from '../../base/frame.ts';
import { rawNumber } from '../features/numeric.ts';
import { rawValue } from '../raw-rows.ts';
import { type ForeignInput, type ForeignPart, labelNumbers, wholeLimit } from './foreign-part.ts';
import type { PlainTensor } from './foreign-session.ts';

/**
 * Rows as the inputs of a graph from elsewhere, as a Galley graph around it makes them of float and string columns: missing is
 * NaN, "" in texts, and 0 where only whole numbers or truths can stand.
 */
export function foreignFeeds(inputs: readonly ForeignInput[], frame: Frame): Record<string, PlainTensor> {
  const feeds: Record<string, PlainTensor> = Object.create(null);
  for (const input of inputs) feeds[input.tensor] = feedOf(input, frame);
  return feeds;
}

function feedOf({ type, rank, columns }: ForeignInput, frame: Frame): PlainTensor {
  const width = columns.length;
  const dims = rank === 1 ? [frame.rows] : [frame.rows, width];
  const parts = columns.map((name) => findColumn(frame, name) as FrameColumn);
  const size = frame.rows * width;
  const each = <Value>(
    put: (place: number, value: Value) => void,
    valueIn: (part: FrameColumn, row: number) => Value,
  ) =>
    parts.forEach((part, column) => {
      for (let row = 0; row < frame.rows; row++) put(row * width + column, valueIn(part, row));
    });
  if (type === 'string') {
    const data = new Array<string>(size);
    each((place, value) => (data[place] = value), textOf);
    return { type, data, dims };
  }
  if (type === 'float' || type === 'double') {
    const data = type === 'float' ? new Float32Array(size) : new Float64Array(size);
    each((place, value) => (data[place] = value), numberOf);
    return { type: type === 'float' ? 'float32' : 'float64', data, dims };
  }
  const limit = wholeLimit(type);
  const whole = (part: FrameColumn, row: number) => {
    const value = numberOf(part, row);
    return Number.isNaN(value) ? 0 : Math.trunc(Math.max(-limit, Math.min(limit, value)));
  };
  if (type === 'int64') {
    const data = new BigInt64Array(size);
    each((place, value) => (data[place] = BigInt(value)), whole);
    return { type, data, dims };
  }
  if (type === 'int32') {
    const data = new Int32Array(size);
    each((place, value) => (data[place] = value), whole);
    return { type, data, dims };
  }
  const data = new Uint8Array(size);
  each(
    (place, value) => (data[place] = Number(!Number.isNaN(value) && value !== 0)),
    (part, row) => numberOf(part, row),
  );
  return { type: 'bool', data, dims };
}

function numberOf(column: FrameColumn, row: number): number {
  if (column.kind !== 'number') throw new TypeError(`Column "${column.name}" must be numbers.`);
  return rawNumber(column.values[row] as number);
}

function textOf(column: FrameColumn, row: number): string {
  if (column.kind === 'number') throw new TypeError(`Column "${column.name}" must be texts or times.`);
  return String(rawValue(column, row) ?? '');
}

/**
 * What an output of a graph from elsewhere says: rows x classes probabilities in the graph's own order, or rows x 1
 * predictions, as float64.
 */
export function foreignAnswers(foreign: Omit<ForeignPart, 'onnx'>, output: PlainTensor, rows: number): Float64Array {
  const { form } = foreign.output;
  const width = foreign.classes.length;
  if (form === 'labels') return oneHot(foreign, output, rows);
  const values = Float64Array.from(output.data as ArrayLike<number | bigint>, Number);
  requireSize(values.length, rows * (form === 'probabilities' || form === 'logits' ? width : 1));
  switch (form) {
    case 'prediction':
      return values;
    case 'probabilities':
      return withinShares(values);
    case 'logits':
      return softmax(values, width);
    case 'probability':
      return completed(withinShares(values));
    case 'logit':
      return completed(values.map((value) => 1 / (1 + Math.exp(-value))));
  }
}

/** How far a sum of shares in float32 may lie outside of 0 to 1. */
export const shareNoise = 1e-5;

/** Sums of the answers of trees come to a little less than 0 or more than 1; what is further off is no probability. */
function withinShares(values: Float64Array): Float64Array {
  return values.map((value) => {
    if (value < 0 && value > -shareNoise) return 0;
    return value > 1 && value < 1 + shareNoise ? 1 : value;
  });
}

function requireSize(found: number, wanted: number): void {
  if (found !== wanted) throw new RangeError(`The output has ${found} values, not ${wanted}.`);
}

/** Of the second class alone to both. */
function completed(second: Float64Array): Float64Array {
  const values = new Float64Array(second.length * 2);
  second.forEach((value, row) => {
    values[2 * row] = 1 - value;
    values[2 * row + 1] = value;
  });
  return values;
}

function softmax(values: Float64Array, width: number): Float64Array {
  const result = new Float64Array(values.length);
  for (let start = 0; start < values.length; start += width) {
    const row = values.subarray(start, start + width);
    const most = Math.max(...row);
    const powers = row.map((value) => Math.exp(value - most));
    const sum = powers.reduce((total, power) => total + power, 0);
    result.set(
      powers.map((power) => power / sum),
      start,
    );
  }
  return result;
}

function oneHot(foreign: Omit<ForeignPart, 'onnx'>, { data }: PlainTensor, rows: number): Float64Array {
  const width = foreign.classes.length;
  const numbers = labelNumbers(foreign);
  const known: readonly (string | number)[] = numbers ?? foreign.output.labels ?? foreign.classes;
  requireSize(data.length, rows);
  const values = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const label = data[row] as string | number | bigint;
    const place = known.indexOf(typeof label === 'string' ? label : Number(label));
    if (place >= 0) values[row * width + place] = 1;
  }
  return values;
}
