import { expect, test } from 'vitest';
import type { FieldSignature, Signature } from '../../engine/contract/values.ts';
import { goldenLimits, goldenRows } from '../../engine/package/golden-rows.ts';
import type { InputValue } from '../../engine/serving/field-rule.ts';
import { fieldRule } from '../../engine/serving/field-rule.ts';
import type { Model } from '../../engine/train/index.ts';

const field = (name: string, rest: Partial<FieldSignature>): FieldSignature => ({
  name,
  type: 'float64',
  tensor: rest.type === undefined || rest.type === 'float64' || rest.type === 'int64' ? 'float' : 'string',
  nullable: true,
  ...rest,
});

/** Says 0 of everything: its answers never jump. */
function flatModel(): Model {
  return {
    task: 'regression',
    target: 'y',
    classes: [],
    threshold: 0.5,
    features: [],
    learner: 'baseline',
    fitted: {
      summary: { converged: true, iterations: 1 },
      predict: ({ rows }) => new Float64Array(rows),
      state: () => null,
      writeGraph: () => '',
    },
  };
}

const everyType: FieldSignature[] = [
  field('amount', { minimum: 0, maximum: 9 }),
  field('pieces', { type: 'int64', minimum: 2, maximum: 7 }),
  field('member', { type: 'boolean', tensor: 'float' }),
  field('city', { type: 'text', categories: ['Zürich', 'Bonn'] }),
  field('note', { type: 'text' }),
  field('born', { type: 'date' }),
  field('seen', { type: 'timestamp' }),
];
const everyRow: InputValue[] = [1.5, 3, true, 'Bonn', 'hi', '2001-02-03', '2001-02-03T04:05:06.000Z'];

const signatureOf = (inputs: FieldSignature[]): Signature => ({ task: 'regression', target: 'y', inputs });

test('every value is one that the server takes, and no row stands twice', () => {
  const rows = goldenRows(flatModel(), signatureOf(everyType), [everyRow]);
  expect(
    new Set(rows.map((row) => row.map((value) => `${typeof value} ${value} ${Object.is(value, -0)}`).join())).size,
  ).toBe(rows.length);
  for (const [position, one] of everyType.entries()) {
    const rule = fieldRule(one);
    const values = rows.map((row) => row[position] ?? null).filter((value) => value !== null);
    for (const value of values) expect(rule.accept(value), `${one.name} ${value}`).toBe(value);
  }
});

test('each kind of hard row is among them', () => {
  const rows = goldenRows(flatModel(), signatureOf(everyType), [everyRow]);
  const valuesOf = (name: string) => {
    const position = everyType.findIndex((one) => one.name === name);
    return new Set(rows.map((row) => row[position]));
  };
  expect([...valuesOf('pieces')]).toEqual(expect.arrayContaining([1, 8, 2 ** 24 + 1, 2 ** 53 - 1, null]));
  expect([...valuesOf('city')]).toEqual(
    expect.arrayContaining(['Zürich', 'Zu\u0308rich', 'ZÜRICH', 'Bonn ', 'e\u0301']),
  );
  expect([...valuesOf('note')]).toEqual(expect.arrayContaining(['a\0b', '\u{1f427}']));
  expect([...valuesOf('born')]).toEqual(expect.arrayContaining(['2024-02-29', '1900-02-28', '9999-12-31']));
  expect([...valuesOf('seen')]).toContain('2020-12-31T23:59:59.999Z');
  expect(rows).toContainEqual(everyType.map(() => null));
  const lacking = rows.filter((row) => row.filter((value) => value === null).length === 2);
  expect(lacking.length).toBe((everyType.length * (everyType.length - 1)) / 2);
});

test.each([
  ['many columns', 700, 'x'],
  ['long texts', 3, 'x'.repeat(50_000)],
])('with %s the set stays within its bounds, and has some of each kind', (_, columns, text) => {
  const inputs = Array.from({ length: columns }, (_each, at) => field(`c${at}`, { type: 'text', tensor: 'string' }));
  const examples = Array.from({ length: 200 }, (_each, at) => inputs.map(() => `${text}${at}`));
  const rows = goldenRows(flatModel(), signatureOf(inputs), examples);
  expect(rows.length).toBeLessThanOrEqual(goldenLimits.rows);
  expect(JSON.stringify(rows).length).toBeLessThanOrEqual(goldenLimits.bytes);
  expect(rows[0]).toEqual(examples[0]);
  expect(rows).toContainEqual(inputs.map(() => null));
  expect(rows.some((row) => row.filter((value) => value === null).length === 1)).toBe(true);
  expect(rows.some((row) => row.filter((value) => value === null).length === 2)).toBe(true);
  expect(goldenRows(flatModel(), signatureOf(inputs), examples)).toEqual(rows);
});

test('a single row that is larger than the bound is kept', () => {
  const inputs = [field('note', { type: 'text', tensor: 'string' })];
  const huge = ['x'.repeat(goldenLimits.bytes)];
  expect(goldenRows(flatModel(), signatureOf(inputs), [huge])).toEqual([huge]);
});
