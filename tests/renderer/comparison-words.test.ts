import { expect, test } from 'vitest';
import type { VersionComparison } from '../../engine/contract/package-comparison.ts';
import {
  answerText,
  dataInWords,
  factsOf,
  headlineOf,
  recipeValue,
  rowsInWords,
} from '../../renderer/package/comparison/comparison-words.ts';

const side = (reference: string, rows: number | null) => ({
  reference,
  learner: 'linear',
  bytes: 4000,
  run: { id: 'run_1', number: 1 },
  dataset: { name: 'sales', version: 2, rows },
});

function comparison(change: Partial<VersionComparison['predictions']> = {}): VersionComparison {
  return {
    a: side('price@1', 100),
    b: side('price@2', null),
    data: { same: false, sharedRows: null, added: ['x'], removed: [], retyped: ['y'] },
    metrics: [{ name: 'r2', a: 0.5, b: 0.75, better: 'b' }],
    speed: {
      machine: { cpu: 'one', cores: 4, platform: 'linux x64', onnxruntime: '1.30.0' },
      oneRow: { runs: 101, a: 0.04, b: 0.5 },
      batch: { rows: 256, runs: 15, a: 1, b: 2 },
    },
    predictions: {
      answer: 'price',
      labelsDiffer: null,
      meanDifference: 2.5,
      rows: { reference: 'sales@2', count: 20, of: 40, chosen: 'rows that neither was trained on' },
      ...change,
    },
  } as unknown as VersionComparison;
}

test('the title is the finding', () => {
  expect(headlineOf(comparison())).toBe('price@1 and price@2 are 2.50 of price apart on average');
  expect(headlineOf(comparison({ meanDifference: 0 }))).toBe('price@1 and price@2 give the same answers');
  expect(headlineOf(comparison({ labelsDiffer: 0 }))).toBe('price@1 and price@2 give the same labels');
  expect(headlineOf(comparison({ labelsDiffer: 0.125 }))).toMatch(
    /give 12\.5 % of the rows another label|give 13 % of the rows another label/,
  );
  expect(rowsInWords(comparison().predictions)).toBe('20 rows of 40 of sales@2: rows that neither was trained on');
});

test('metrics, size and speed stand with which is better', () => {
  expect(factsOf(comparison()).map(({ name, a, b, better }) => [name, a, b, better])).toEqual([
    ['R²', '0.500', '0.750', 'b'],
    ['Size', '4.0 kB', '4.0 kB', null],
    ['One row', '0.040 ms', '0.500 ms', null],
    ['256 rows', '1 ms', '2 ms', null],
  ]);
});

test('data, recipes and answers are said in words', () => {
  expect(dataInWords(comparison())).toEqual([
    'price@1 was trained on sales@2, 100 rows.',
    'price@2 was trained on sales@2, which is gone.',
    'New columns: x.',
    'Columns of another type: y.',
  ]);
  expect(recipeValue(['a', 'b'])).toBe('a, b');
  expect(recipeValue(null)).toBe('none');
  expect(recipeValue({ kind: 'random' })).toBe('{"kind":"random"}');
  expect(answerText({ label: 'yes', value: 0.25 })).toBe('yes (0.250)');
});
