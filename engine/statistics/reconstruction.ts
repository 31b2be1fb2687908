import { fitColumnEncoding } from './column-encoding.ts';
import type { DriftColumn } from './drift.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

/** Share of the variance that the kept components explain: NannyML's default. */
const explainedShare = 0.65;

export interface Reconstruction {
  /** Principal components that are kept. */
  components: number;
  /** Of each row the distance between it and what remains of it in the kept components, in standard deviations. */
  errors(columns: readonly DriftColumn[]): Float64Array;
}

/**
 * How well rows are told by the principal components of a reference: where columns no longer move together as they did, the
 * error changes although each column alone may be as it was (NannyML's data reconstruction with PCA).
 * @param reference columns of equal length, at least one row
 */
export function fitReconstruction(reference: readonly DriftColumn[]): Reconstruction {
  const width = reference.length;
  const encoding = fitColumnEncoding(reference);
  const { values, vectors } = symmetricEigen(covariance(encoding.encode(reference), width), width);
  const components = keptComponents(values);
  return {
    components,
    errors: (columns) => residualNorms(encoding.encode(columns), vectors, width, components),
  };
}

/** Of standardised columns: size x size. */
function covariance(encoded: Float64Array, width: number): Float64Array {
  const rows = encoded.length / width;
  const sums = new Float64Array(width * width);
  for (let start = 0; start < encoded.length; start += width) {
    for (let one = 0; one < width; one++) {
      const value = encoded[start + one] as number;
      for (let other = one; other < width; other++) {
        sums[one * width + other] = (sums[one * width + other] as number) + value * (encoded[start + other] as number);
      }
    }
  }
  for (let one = 0; one < width; one++) {
    for (let other = one; other < width; other++) {
      const value = (sums[one * width + other] as number) / rows;
      sums[one * width + other] = value;
      sums[other * width + one] = value;
    }
  }
  return sums;
}

/** The fewest components that explain more than the share. */
function keptComponents(values: Float64Array): number {
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  let explained = 0;
  for (const [index, value] of values.entries()) {
    explained += Math.max(0, value);
    if (explained > explainedShare * total) return index + 1;
  }
  return values.length;
}

function residualNorms(encoded: Float64Array, vectors: Float64Array, width: number, components: number): Float64Array {
  const norms = new Float64Array(width === 0 ? 0 : encoded.length / width);
  const residual = new Float64Array(width);
  for (let row = 0; row < norms.length; row++) {
    residual.set(encoded.subarray(row * width, (row + 1) * width));
    for (let component = 0; component < components; component++) removeAlong(residual, vectors, component * width);
    let squares = 0;
    for (const value of residual) squares += value * value;
    norms[row] = Math.sqrt(squares);
  }
  return norms;
}

function removeAlong(residual: Float64Array, vectors: Float64Array, start: number): void {
  let along = 0;
  for (let index = 0; index < residual.length; index++) {
    along += (residual[index] as number) * (vectors[start + index] as number);
  }
  for (let index = 0; index < residual.length; index++) {
    residual[index] = (residual[index] as number) - along * (vectors[start + index] as number);
  }
}
