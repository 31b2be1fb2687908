import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Papa from 'papaparse';
import type { TestContext } from 'vitest';
import type { Frame, FrameColumn } from '../../engine/base/frame.ts';
import { needsShared } from './needs.ts';

/** A `reference.json` as it lies beside a data set: what scikit-learn reached, and on which columns. */
export interface Reference {
  target: string;
  task: 'binary' | 'multiclass' | 'regression';
  numeric: string[];
  categorical: string[];
  holdout?: Record<string, Record<string, number>>;
  results?: { frozen: Record<string, Record<string, Record<string, number | null>>> };
}

const samples = fileURLToPath(new URL('../../resources/samples/', import.meta.url));

export function sampleReference(name: string): Reference {
  return JSON.parse(readFileSync(`${samples}${name}/reference.json`, 'utf8')) as Reference;
}

/** A set that does not come with Galley: one CSV file and its reference. The test is skipped where it cannot be had. */
export function sharedSet(context: Pick<TestContext, 'skip'>, name: string): { reference: Reference; frame: Frame } {
  const folder = needsShared(context, 'data', name);
  const reference = JSON.parse(readFileSync(join(folder, 'reference.json'), 'utf8')) as Reference;
  const csv = readFileSync(join(folder, 'files', `${name}.csv`), 'utf8');
  return { reference, frame: parseFrame(csv, referenceTypes(reference)) };
}

/** The columns that the reference takes as numbers. */
export function referenceTypes({ numeric, task, target }: Reference): ColumnTypes {
  const names = task === 'regression' ? [...numeric, target] : numeric;
  return Object.fromEntries(names.map((name) => [name, 'float64' as const]));
}

export function sampleFrame(name: string, file: string, types: ColumnTypes): Frame {
  return parseFrame(readFileSync(`${samples}${name}/${file}`, 'utf8'), types);
}

/** Types of the columns to read; the others are text. */
export type ColumnTypes = Record<string, 'float64' | 'int64' | 'date' | 'timestamp'>;

/** A CSV text as a frame: the empty cell is missing. */
export function parseFrame(csv: string, types: ColumnTypes): Frame {
  const [header = [], ...rows] = Papa.parse<string[]>(csv, { skipEmptyLines: true }).data;
  const columns = header.map((name, index): FrameColumn => {
    const cells = rows.map((row) => row[index] ?? '');
    const type = types[name];
    if (type === undefined) return { name, type: 'text', kind: 'text', values: cells.map((cell) => cell || null) };
    const isTime = type === 'date' || type === 'timestamp';
    const parse = isTime ? (cell: string) => Date.parse(cell) : Number;
    const values = Float64Array.from(cells, (cell) => (cell === '' ? Number.NaN : parse(cell)));
    return { name, type, kind: isTime ? 'time' : 'number', values };
  });
  return { rows: rows.length, columns };
}

/** Frames with the same columns, one after the other. */
export function stackFrames(frames: readonly Frame[]): Frame {
  const [first] = frames;
  const columns = (first?.columns ?? []).map((column, index): FrameColumn => {
    const parts = frames.map((frame) => frame.columns[index] as FrameColumn);
    if (column.kind === 'text') return { ...column, values: parts.flatMap((part) => part.values as string[]) };
    return { ...column, values: Float64Array.from(parts.flatMap((part) => [...(part.values as Float64Array)])) };
  });
  return { rows: frames.reduce((total, frame) => total + frame.rows, 0), columns };
}
