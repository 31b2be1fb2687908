import type { GraphBuilder } from '../../base/onnx/graph-builder.ts';
import type { ColumnSettings } from '../../contract/train-features.ts';
import { mean, quantileOfSorted, sortedPresentValues, standardDeviation } from '../../statistics/summary.ts';

/** A number: missing becomes the median, then (value - mean) / scale. */
export interface NumericFeature {
  kind: 'numeric';
  name: string;
  type: 'int64' | 'float64' | 'decimal';
  /** Of the training part's values that are not missing, as the mean of the two middle ones where their count is even. */
  median: number;
  /** Of the imputed training values. */
  mean: number;
  /** Standard deviation of the imputed training values, divisor n. */
  scale: number;
  /** As they stand in the data, not rounded to float32. */
  minimum: number;
  maximum: number;
  missing: number;
  monotone?: ColumnSettings['monotone'];
}

const largestFloat = 3.4028234663852886e38;

/**
 * A raw number as the graph gets it: rounded to float32; NaN where it is missing or beyond float32, infinities included.
 */
export function rawNumber(value: number): number {
  const rounded = Math.fround(value);
  return Math.abs(rounded) <= largestFloat ? rounded : Number.NaN;
}

/** @returns undefined where all values are missing or equal: such a column says nothing. */
export function fitNumeric(
  column: { name: string; type: NumericFeature['type'] },
  values: Float64Array,
): NumericFeature | undefined {
  const raw = values.map(rawNumber);
  const present = sortedPresentValues(raw);
  if (present.length === 0 || present[0] === present[present.length - 1]) return undefined;
  const median = quantileOfSorted(present, 0.5);
  const imputed = raw.map((value) => (Number.isNaN(value) ? median : value));
  return {
    kind: 'numeric',
    name: column.name,
    type: column.type,
    median,
    mean: mean(imputed) as number,
    scale: standardDeviation(imputed) as number,
    ...rangeOf(values),
    missing: raw.length - present.length,
  };
}

function rangeOf(values: Float64Array): { minimum: number; maximum: number } {
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (Number.isNaN(rawNumber(value))) continue;
    minimum = Math.min(minimum, value);
    maximum = Math.max(maximum, value);
  }
  return { minimum, maximum };
}

/** Writes the feature into column `position` of a row-major matrix of `stride` columns. */
export function applyNumeric(
  feature: NumericFeature,
  values: Float64Array,
  target: Float64Array,
  stride: number,
  position: number,
): void {
  const { median, mean, scale } = feature;
  for (let row = 0; row < values.length; row++) {
    const raw = rawNumber(values[row] as number);
    target[row * stride + position] = ((Number.isNaN(raw) ? median : raw) - mean) / scale;
  }
}

/** The raw numbers into column `position` of a row-major matrix of `stride` columns. */
export function applyRawNumeric(values: Float64Array, target: Float64Array, stride: number, position: number): void {
  for (let row = 0; row < values.length; row++) target[row * stride + position] = rawNumber(values[row] as number);
}

function writeInputs(builder: GraphBuilder, features: readonly NumericFeature[]): string {
  const inputs = features.map((feature) => builder.input(feature.name, 'float', ['N', 1]));
  return builder.cast(builder.concat(inputs, 1), 'double');
}

/** False for NaN, which compares false, and for infinities. */
function writeIsPresent(builder: GraphBuilder, raw: string): string {
  return builder.node('LessOrEqual', [builder.node('Abs', [raw]), builder.doubles([], [largestFloat])]);
}

/** All numeric features at once, from float [N, 1] inputs of their names to raw numbers, double [N, features]. */
export function writeRawNumeric(builder: GraphBuilder, features: readonly NumericFeature[]): string {
  const raw = writeInputs(builder, features);
  return builder.node('Where', [writeIsPresent(builder, raw), raw, builder.doubles([], [Number.NaN])]);
}

/** All numeric features at once, from float [N, 1] inputs of their names to one double [N, features] tensor. */
export function writeNumeric(builder: GraphBuilder, features: readonly NumericFeature[]): string {
  const raw = writeInputs(builder, features);
  const shape = [1, features.length];
  const constants = (pick: (feature: NumericFeature) => number) => builder.doubles(shape, features.map(pick));
  const centred = builder.node('Sub', [raw, constants(({ mean }) => mean)]);
  const scaled = builder.node('Div', [centred, constants(({ scale }) => scale)]);
  // Missing and infinite values both take the scaled median. Where stands last because ONNX Runtime fuses a division by
  // one number with a following MatMul, and then keeps that number as float32.
  const isPresent = writeIsPresent(builder, raw);
  return builder.node('Where', [isPresent, scaled, constants(({ median, mean, scale }) => (median - mean) / scale)]);
}
