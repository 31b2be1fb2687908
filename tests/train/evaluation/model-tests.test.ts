import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runModelTests } from '../../../engine/train/model-tests/run-tests.ts';
import {
  parseModelTests,
  readModelTests,
  testFileName,
  writeModelTests,
} from '../../../engine/train/model-tests/test-file.ts';
import { quietEvaluation, subjectOf } from '../../support/evaluation-sample.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { frameOf, numberColumn, textColumn } from '../../support/train-sample.ts';

const head = 'format: 1\ntarget: price\ntests:\n';

test.each([
  ['format: 2\ntarget: price\ntests: []', /line 1: format must be 1/],
  ['format: 1\ntarget: prize\ntests: []', /line 2: target must be price/],
  [`${head}  - name: x\n    kind: metrik`, /line 5: tests\[1\]\.kind needs a kind: metric, row, direction, invariance/],
  [`${head}  - name: x\n    kind: metric\n    metric: r2`, /line 4: tests\[1\] needs minimum or maximum/],
  [
    `${head}  - name: x\n    kind: metric\n    metric: r2\n    minimun: 1`,
    /line 7: tests\[1\]\.minimun is not known.*minimum/,
  ],
  [
    `${head}  - name: x\n    kind: direction\n    column: a\n    raise: much\n    never: lower`,
    /line 7: tests\[1\]\.raise/,
  ],
  ['a: [', /line \d+/],
])('a file that is wrong is refused with its line: %#', (text, message) => {
  expect(() => parseModelTests(text, 'price')).toThrow(message);
});

test('one file a target, whatever its name', () => {
  const project = temporaryFolder();
  expect(testFileName('price')).toBe('tests/price.yaml');
  expect(testFileName('Prix été/m²')).toBe('tests/Prix%20%C3%A9t%C3%A9%2Fm%C2%B2.yaml');
  expect(readModelTests(project, 'price')).toBeNull();
  const text = `${head}  - {name: good, kind: metric, metric: r2, minimum: 0.5}\n`;
  expect(writeModelTests(project, 'price', text).tests).toHaveLength(1);
  expect(readModelTests(project, 'price')?.tests[0]).toMatchObject({ name: 'good', minimum: 0.5 });
  mkdirSync(join(project, 'tests'), { recursive: true });
  writeFileSync(join(project, 'tests', 'price.yaml'), 'tests: 1');
  expect(() => readModelTests(project, 'price')).toThrow(/tests\/price.yaml, line 1/);
});

const rows = 300;
const area = Array.from({ length: rows }, (_, row) => 20 + ((row * 37) % 100));
const town = Array.from({ length: rows }, (_, row) => (row % 3 === 0 ? 'north' : 'south'));
const price = area.map((value, row) => 3 * value + (town[row] === 'north' ? 50 : 0) + ((row * 7) % 11));
const frame = frameOf(
  numberColumn('area', area),
  textColumn('town', town),
  numberColumn('price', price),
  textColumn(
    'note',
    town.map((name, row) => (row % 5 === 0 ? null : name)),
  ),
);

test('tests of every kind pass, fail, and say why they cannot be run', async () => {
  const subject = await subjectOf(frame, { target: 'price', features: ['area', 'town'] });
  const run = (test: string) => {
    const tests = parseModelTests(`${head}  - ${test}`, 'price');
    return runModelTests(subject, { file: 'tests/price.yaml', tests }, quietEvaluation).results[0];
  };
  expect(run('{name: a, kind: metric, metric: r2, minimum: 0.9}')).toMatchObject({ passed: true, rows: 60 });
  expect(run('{name: a, kind: metric, metric: mae, maximum: 0.1, where: {town: south}}')).toMatchObject({
    passed: false,
    rows: 40,
    says: 'mae at most 0.1 where town = south',
  });
  expect(run('{name: a, kind: metric, metric: r2, minimum: 0, where: {area: {from: 119}}}')).toMatchObject({
    passed: null,
    found: expect.stringMatching(/at least 20 are needed/),
  });
  expect(run('{name: a, kind: metric, metric: f2, minimum: 0}')?.found).toMatch(
    /There is no metric "f2"; there are rmse/,
  );
  expect(run('{name: a, kind: metric, metric: r2, minimum: 0, where: {room: 1}}')?.found).toMatch(/no column "room"/);
  expect(run('{name: a, kind: row, row: {area: 100, town: north}, minimum: 340, maximum: 370}')?.passed).toBe(true);
  expect(run('{name: a, kind: row, row: {area: 100}, maximum: 100}')).toMatchObject({ passed: false, failing: 1 });
  expect(run('{name: a, kind: row, row: {aria: 100}, maximum: 100}')?.passed).toBeNull();
  expect(run('{name: a, kind: direction, column: area, raise: 5, never: lower}')?.passed).toBe(true);
  const falling = run('{name: a, kind: direction, column: area, raise: 5, never: higher}');
  expect(falling).toMatchObject({ passed: false, rows: 60, failing: 60 });
  expect(falling?.examples[0]).toBe(0);
  expect(run('{name: a, kind: direction, column: town, raise: 5, never: higher}')?.found).toMatch(/cannot be raised/);
  expect(run('{name: a, kind: invariance, column: town, most: 60}')?.passed).toBe(true);
  expect(run('{name: a, kind: invariance, column: town, most: 10, values: [north, south]}')?.passed).toBe(false);
  expect(run('{name: a, kind: invariance, column: note, most: 0}')?.found).toMatch(/does not read "note"/);
});
