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

/** Rows of one law: numbers that hang together, one of them zero-heavy, one with a long tail, and two texts. */
export function columnsTogether(rows: number, random: () => number): DriftColumn[] {
  const base = Float64Array.from({ length: rows }, () => random() + random() + random());
  const number = (name: string, of: (row: number) => number): DriftColumn => ({
    name,
    kind: 'number',
    values: base.map((_, row) => of(row)),
  });
  const text = (name: string, levels: number): DriftColumn => ({
    name,
    kind: 'text',
    values: Array.from(base, () => `level ${Math.floor(levels * random() * random())}`),
  });
  return [
    number('sum', (row) => base[row] as number),
    number('near', (row) => (base[row] as number) + random() / 2),
    number('zeros', () => (random() < 0.6 ? 0 : random())),
    number('tail', () => Math.abs(Math.log(random() + 1e-12)) ** 3),
    number('gaps', () => (random() < 0.1 ? Number.NaN : random())),
    text('few', 5),
    text('many', rows),
  ];
}

/** Both samples of a pair in the committed fixtures. */
export function fixtureSamples(folder: string, name: string) {
  const pair = referencePairs(join(fixtureFolder, folder))[name] as ReferencePair;
  const read = (side: 'ref' | 'cur') => readColumns(join(fixtureFolder, folder, `${name}_${side}.csv`), pair.columns);
  return { reference: read('ref'), current: read('cur') };
}
