import { readFileSync } from 'node:fs';
import type { Frame, FrameColumn } from '../../engine/base/frame.ts';

/** What a library said of the rows of one of the model files from elsewhere. */
export interface FixtureAnswers {
  outputs: number[][];
  labels?: string[];
  classes?: string[];
}

const folder = new URL('../fixtures/adopted/', import.meta.url);

export function fixturePath(name: string, file = 'model.onnx'): string {
  return new URL(`${name}/${file}`, folder).pathname;
}

export function fixtureAnswers(name: string): FixtureAnswers {
  return JSON.parse(readFileSync(fixturePath(name, 'answers.json'), 'utf8')) as FixtureAnswers;
}

/** The rows of a model file from elsewhere, with their target. */
export function fixtureFrame(name: string): Frame {
  const [head = '', ...lines] = readFileSync(fixturePath(name, 'rows.csv'), 'utf8').trim().split('\n');
  const cells = lines.map((line) => line.split(','));
  const columns = head.split(',').map((column, place) =>
    columnOf(
      column,
      cells.map((row) => row[place] ?? ''),
    ),
  );
  return { rows: lines.length, columns };
}

function columnOf(name: string, texts: string[]): FrameColumn {
  if (texts.every((text) => text === 'True' || text === 'False')) {
    return {
      name,
      type: 'boolean',
      kind: 'number',
      values: Float64Array.from(texts, (text) => Number(text === 'True')),
    };
  }
  if (texts.some((text) => Number.isNaN(Number(text)))) return { name, type: 'text', kind: 'text', values: texts };
  const values = Float64Array.from(texts, (text) => (text === '' ? Number.NaN : Number(text)));
  return { name, type: texts.some((text) => /[.]|^$/.test(text)) ? 'float64' : 'int64', kind: 'number', values };
}
