import { expect, test } from 'vitest';
import { seededRandom } from '../../engine/base/random.ts';
import type { DriftColumn } from '../../engine/statistics/drift.ts';
import { fitReconstruction } from '../../engine/statistics/reconstruction.ts';
import { chunkThresholds, reconstructionDrift } from '../../engine/statistics/reconstruction-drift.ts';
import { symmetricEigen } from '../../engine/statistics/symmetric-eigen.ts';
import { expectClose } from './close-to.ts';
import { multivariateFixture as fixture, multivariateColumns } from './multivariate-fixture.ts';

const reference = multivariateColumns(fixture.reference);

test('reconstruction errors by principal components equal NannyML’s', () => {
  const fitted = fitReconstruction(reference);
  expect(fitted.components).toBe(fixture.components);
  for (const [index, expected] of fixture.errors.entries()) {
    const [first, end] = [index * fixture.window, (index + 1) * fixture.window];
    const errors = fitted.errors(multivariateColumns(fixture.rows, first, end));
    expectClose(errors.reduce((sum, error) => sum + error, 0) / errors.length, expected, `window ${index}`, {
      relative: 1e-9,
    });
  }
  const { low, high } = chunkThresholds(fitted.errors(reference));
  expectClose(low, fixture.thresholds.low, 'low', { relative: 1e-9 });
  expectClose(high, fixture.thresholds.high, 'high', { relative: 1e-9 });
});

test('columns that no longer move together are drift, although each alone is as it was', () => {
  const verdicts = fixture.errors.map((_, index) => {
    const rows = multivariateColumns(fixture.rows, index * fixture.window, (index + 1) * fixture.window);
    return reconstructionDrift(reference, rows, 0.975).drifted;
  });
  expect(verdicts).toEqual([false, false, true, true]);
});

test('eigenvectors of a symmetric matrix are orthogonal and turn it into its eigenvalues', () => {
  const random = seededRandom(5);
  const size = 12;
  const matrix = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      matrix[row * size + column] = random() - 0.5;
      matrix[column * size + row] = matrix[row * size + column] as number;
    }
  }
  const { values, vectors } = symmetricEigen(matrix, size);
  for (let one = 0; one < size; one++) {
    const vector = vectors.subarray(one * size, (one + 1) * size);
    for (let row = 0; row < size; row++) {
      let product = 0;
      for (let column = 0; column < size; column++)
        product += (matrix[row * size + column] as number) * (vector[column] as number);
      expectClose(product, (values[one] as number) * (vector[row] as number), 'A v', { relative: 0, absolute: 1e-12 });
    }
    if (one > 0) expect(values[one - 1] as number).toBeGreaterThanOrEqual(values[one] as number);
  }
});

test('missing, infinite, constant and unseen values are told of without a crash', () => {
  const columns: DriftColumn[] = [
    { name: 'constant', kind: 'number', values: new Float64Array(20).fill(3) },
    { name: 'missing', kind: 'number', values: new Float64Array(20).fill(Number.NaN) },
    {
      name: 'infinite',
      kind: 'number',
      values: Float64Array.from({ length: 20 }, (_, row) => (row === 3 ? Infinity : row)),
    },
    {
      name: 'text',
      kind: 'text',
      values: Array.from({ length: 20 }, (_, row) => (row % 5 === 0 ? null : `level ${row % 3}`)),
    },
  ];
  const { errors } = reconstructionDrift(
    columns,
    columns.map((column) =>
      column.kind === 'text' ? { ...column, values: new Array<string>(20).fill('unseen') } : column,
    ),
    0.975,
  );
  expect(errors.every(Number.isFinite)).toBe(true);
});
