import { largestFloat32 } from '../../base/float32.ts';
import type { GraphBuilder } from '../../base/onnx/graph-builder.ts';
import type { ColumnSettings } from '../../contract/train-features.ts';
import { mean, quantileOfSorted, sortedPresentValues, standardDeviation } from '../../statistics/summary.ts';

/** A number: missing becomes `median`, then (value - mean) / scale. The names are those of the usual settings. */
export interface NumericFeature {
  kind: 'numeric';
  name: string;
  type: 'int64' | 'float64' | 'decimal';
  /**
   * What a missing value becomes: of the training part's values that are not missing the median (the mean of the two
   * middle ones where their count is even) or the mean, or the number that was asked for.
   */
  median: number;
  /** What is taken away: of the imputed training values the mean, minimum or median, or 0. */
  mean: number;
  /** What is divided by: standard deviation (divisor n), range or interquartile range, or 1. */
  scale: number;
  /** As they stand in the data, not rounded to float32. */
  minimum: number;
  maximum: number;
  missing: number;
  /** Whether the scaled layout has a block of one level for missing. */
  indicator?: true;
  monotone?: ColumnSettings['monotone'];
}

/**
 * A raw number as the graph gets it: rounded to float32; NaN where it is missing or beyond float32, infinities included.
 */
export function rawNumber(value: number): number {
  const rounded = Math.fround(value);
  return Math.abs(rounded) <= largestFloat32 ? rounded : Number.NaN;
}

/** How raw numbers are imputed and scaled, learnt from the training part. */
export interface NumericScale extends Pick<NumericFeature, 'median' | 'mean' | 'scale' | 'missing'> {
  indicator?: true;
}

/**
 * @param raw NaN where missing.
 * @returns undefined where all values are missing or equal: such a column says nothing, unless the missing ones do.
 */
export function fitScale(raw: Float64Array, settings: ColumnSettings): NumericScale | undefined {
  const present = sortedPresentValues(raw);
  const missing = raw.length - present.length;
  const indicator = settings.indicator === true && missing > 0;
  if (present.length === 0 || (present[0] === present[present.length - 1] && !indicator)) return undefined;
  const imputed = imputedValue(present, settings.impute ?? 'median');
  const filled = raw.map((value) => (Number.isNaN(value) ? imputed : value));
  const [centre, scale] = scaleOf(filled, settings.scale ?? 'standard');
  return { median: imputed, mean: centre, scale, missing, ...(indicator && { indicator }) };
}

function imputedValue(present: Float64Array, impute: NonNullable<ColumnSettings['impute']>): number {
  if (typeof impute === 'number') return rawNumber(impute);
  return impute === 'mean' ? (mean(present) as number) : quantileOfSorted(present, 0.5);
}

/** The scale is never 0: a column whose quartiles or values are equal is divided by 1. */
function scaleOf(values: Float64Array, scale: NonNullable<ColumnSettings['scale']>): [centre: number, scale: number] {
  if (scale === 'none') return [0, 1];
  if (scale === 'standard') return [mean(values) as number, standardDeviation(values) || 1];
  const sorted = values.toSorted();
  const at = (share: number) => quantileOfSorted(sorted, share);
  return scale === 'robust' ? [at(0.5), at(0.75) - at(0.25) || 1] : [at(0), at(1) - at(0) || 1];
}

/** @returns undefined where all values are missing or equal. */
export function fitNumeric(
  column: { name: string; type: NumericFeature['type'] },
  values: Float64Array,
  settings: ColumnSettings,
): NumericFeature | undefined {
  const fitted = fitScale(values.map(rawNumber), settings);
  if (fitted === undefined) return undefined;
  const { median, mean: centre, scale, missing, indicator } = fitted;
  const { monotone } = settings;
  return {
    kind: 'numeric',
    name: column.name,
    type: column.type,
    median,
    mean: centre,
    scale,
    ...rangeOf(values),
    missing,
    ...(indicator && { indicator }),
    ...(monotone && { monotone }),
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

/** Imputed and scaled numbers into column `position` of a row-major matrix of `stride` columns. */
export function applyScale(
  { median, mean: centre, scale }: NumericScale,
  raw: (row: number) => number,
  target: Float64Array,
  stride: number,
  position: number,
): void {
  const rows = target.length / stride;
  for (let row = 0; row < rows; row++) {
    const value = raw(row);
    target[row * stride + position] = ((Number.isNaN(value) ? median : value) - centre) / scale;
  }
}

/** Codes of a block of one level: 0 where the raw value is missing, else none. */
export function missingCodes(raw: (row: number) => number, rows: number): Int32Array {
  const codes = new Int32Array(rows);
  for (let row = 0; row < rows; row++) codes[row] = Number.isNaN(raw(row)) ? 0 : 1;
  return codes;
}

/** All numeric features at once, from float [N, 1] inputs of their names to raw numbers, double [N, features]. */
export function writeRawNumbers(builder: GraphBuilder, features: readonly NumericFeature[]): string {
  const inputs = features.map((feature) => builder.input(feature.name, 'float', ['N', 1]));
  const raw = builder.cast(builder.concat(inputs, 1), 'double');
  return builder.node('Where', [writeIsPresent(builder, raw), raw, builder.doubles([], [Number.NaN])]);
}

/** False for NaN, which compares false, and for infinities. */
function writeIsPresent(builder: GraphBuilder, raw: string): string {
  return builder.node('LessOrEqual', [builder.node('Abs', [raw]), builder.doubles([], [largestFloat32])]);
}

/** Raw numbers, double [N, scales], imputed and scaled. */
export function writeScale(builder: GraphBuilder, raw: string, scales: readonly NumericScale[]): string {
  const shape = [1, scales.length];
  const constants = (pick: (scale: NumericScale) => number) => builder.doubles(shape, scales.map(pick));
  const centred = builder.node('Sub', [raw, constants(({ mean: centre }) => centre)]);
  const scaled = builder.node('Div', [centred, constants(({ scale }) => scale)]);
  // Missing and infinite values both take the scaled median. Where stands last because ONNX Runtime fuses a division by
  // one number with a following MatMul, and then keeps that number as float32.
  const isPresent = writeIsPresent(builder, raw);
  const imputed = constants(({ median, mean: centre, scale }) => (median - centre) / scale);
  return builder.node('Where', [isPresent, scaled, imputed]);
}

/** Raw numbers, double [N, 1], to int64 [N, 1] codes of a block of one level for missing. */
export function writeMissingCodes(builder: GraphBuilder, raw: string): string {
  return builder.cast(writeIsPresent(builder, raw), 'int64');
}
