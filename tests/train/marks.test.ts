import { expect, test } from 'vitest';
import { chooseColumns } from '../../engine/train/columns.ts';
import { numberColumn, textColumn } from '../support/train-sample.ts';

const frame = {
  rows: 3,
  columns: [
    numberColumn('age', [20, 30, 40]),
    textColumn('sex', ['f', 'm', 'f']),
    numberColumn('visits', [1, 2, 4]),
    numberColumn('spent', [1, 2, 3]),
  ],
};
const marks = { age: 'sensitive', sex: 'sensitive' } as const;
const choose = (choice: object) =>
  chooseColumns(frame, Int32Array.of(0, 1, 2), { target: 'spent', task: 'regression', ...choice });
const names = ({ features }: ReturnType<typeof choose>) => features.map(({ name }) => name);

test('marked columns are no features, with a warning each, unless the list of features names them', () => {
  const left = choose({ marks });
  expect(names(left)).toEqual(['visits']);
  expect(left.warnings).toMatchObject([
    { code: 'train.left_out_marked', column: 'age' },
    { code: 'train.left_out_marked', column: 'sex' },
  ]);
  expect(names(choose({ marks, features: ['sex', 'visits'] }))).toEqual(['sex', 'visits']);
  expect(names(choose({ marks: { sex: 'sensitive' } }))).toEqual(['age', 'visits']);
  expect(names(choose({ target: 'sex', task: 'binary', marks: { sex: 'sensitive' } }))).toEqual([
    'age',
    'visits',
    'spent',
  ]);
});
