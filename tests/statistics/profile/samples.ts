import { seededRandom } from '../../../engine/base/random.ts';
import type { Signature } from '../../../engine/contract/values.ts';
import type { DriftColumn } from '../../../engine/statistics/drift.ts';
import { type PreparedColumn, prepareColumn } from '../../../engine/statistics/profile/column-sketch.ts';
import { referenceBins } from '../../../engine/statistics/profile/reference-bins.ts';
import { type PreparedReference, prepareReference } from '../../../engine/statistics/profile/reference-profile.ts';

export const signature: Signature = {
  task: 'binary',
  target: 'bought',
  classes: ['no', 'yes'],
  threshold: 0.5,
  inputs: [
    { name: 'age', type: 'float64', tensor: 'float', nullable: true },
    { name: 'town', type: 'text', tensor: 'string', nullable: true },
    { name: 'member', type: 'boolean', tensor: 'float', nullable: true },
    { name: 'day', type: 'date', tensor: 'string', nullable: true },
  ],
};

export function numbers(name: string, values: readonly number[]): DriftColumn {
  return { name, kind: 'number', values: Float64Array.from(values) };
}

export function texts(name: string, values: readonly (string | null)[]): DriftColumn {
  return { name, kind: 'text', values };
}

export function preparedOf(column: DriftColumn): PreparedColumn {
  return prepareColumn(referenceBins(column));
}

/** Bell-shaped. */
export function normals(count: number, seed: number, mean = 0, deviation = 1): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    return mean + deviation * radius * Math.cos(2 * Math.PI * random());
  });
}

/** The reference of a model of two classes with an input of each kind. */
export function sampleReference(): PreparedReference {
  const columns = [
    numbers('age', normals(1000, 1, 40, 12)),
    texts(
      'town',
      Array.from({ length: 1000 }, (_, row) => (row % 10 === 9 ? `village ${row}` : `town ${row % 7}`)),
    ),
    texts(
      'member',
      Array.from({ length: 1000 }, (_, row) => String(row % 3 === 0)),
    ),
    texts(
      'day',
      Array.from({ length: 1000 }, (_, row) => ['Monday', 'Tuesday', 'Friday'][row % 3] as string),
    ),
    numbers('prediction', normals(500, 2, 0.4, 0.1)),
    texts(
      'label',
      Array.from({ length: 500 }, (_, row) => (row % 4 === 0 ? 'yes' : 'no')),
    ),
  ];
  return prepareReference({
    format: 1,
    model: 'shop',
    version: 1,
    columns: columns.map((column, index) => ({ role: index < 4 ? 'input' : 'output', bins: referenceBins(column) })),
  });
}
