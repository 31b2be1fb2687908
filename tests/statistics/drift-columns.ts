import { join } from 'node:path';
import type { DriftColumn } from '../../engine/statistics/drift.ts';
import { fixtureFolder, type ReferencePair, readColumns, referencePairs } from './reference-samples.ts';

/** A numeric column `x` of values by row. */
export function drawn(rows: number, draw: (row: number) => number): DriftColumn {
  return { name: 'x', kind: 'number', values: Float64Array.from({ length: rows }, (_, row) => draw(row)) };
}

/** A text column `x` of values by row. */
export function texts(rows: number, draw: (row: number) => string | null): DriftColumn {
  return { name: 'x', kind: 'text', values: Array.from({ length: rows }, (_, row) => draw(row)) };
}

/** Both samples of a pair in the committed fixtures. */
export function fixtureSamples(folder: string, name: string) {
  const pair = referencePairs(join(fixtureFolder, folder))[name] as ReferencePair;
  const read = (side: 'ref' | 'cur') => readColumns(join(fixtureFolder, folder, `${name}_${side}.csv`), pair.columns);
  return { reference: read('ref'), current: read('cur') };
}
