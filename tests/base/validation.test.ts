import Type from 'typebox';
import { expect, test } from 'vitest';
import { compileCheck } from '../../engine/base/validation.ts';

const check = compileCheck(
  Type.Object({
    name: Type.String(),
    count: Type.Integer(),
    nested: Type.Optional(Type.Object({ kind: Type.Enum(['a', 'b']) })),
  }),
);

test('a value that fits has no faults', () => {
  expect(check({ name: 'x', count: 1, nested: { kind: 'a' } })).toEqual([]);
});

test.each([
  ['text is not a number', { name: 'x', count: '1' }, '/count', 'must be a whole number'],
  ['null is not 0', { name: 'x', count: null }, '/count', 'must be a whole number'],
  ['unknown fields are refused, not dropped', { name: 'x', count: 1, extra: 1 }, '', 'has unknown fields: extra'],
  [
    'in nested objects too',
    { name: 'x', count: 1, nested: { kind: 'a', extra: 1 } },
    '/nested',
    'has unknown fields: extra',
  ],
  ['a missing field is named', { count: 1 }, '', 'lacks required fields: name'],
  ['the choices are named', { name: 'x', count: 1, nested: { kind: 'c' } }, '/nested/kind', 'must be one of a, b'],
])('%s', (_, value, path, message) => {
  expect(check(value)).toContainEqual({ path, message });
});

const split = Type.Union([
  Type.Object({ kind: Type.Literal('random'), holdout: Type.Number({ exclusiveMaximum: 1 }) }),
  Type.Object({ kind: Type.Literal('every-nth'), every: Type.Integer({ minimum: 2 }) }),
]);
const fill = Type.Union([Type.Enum(['median', 'mean']), Type.Number(), Type.Literal('most frequent')]);
const checkMeant = compileCheck(
  Type.Object({
    split: Type.Optional(split),
    columns: Type.Optional(Type.Record(Type.String(), Type.Object({ fill, split: Type.Optional(split) }))),
    splits: Type.Optional(Type.Array(split)),
    name: Type.Optional(Type.String({ pattern: '^[a-z]+$', description: 'small letters' })),
  }),
);

test.each([
  [
    'of alternatives the meant one is told of',
    { split: { kind: 'random', holdout: 1.5 } },
    [['/split/holdout', 'must be below 1']],
  ],
  ['in a list too', { splits: [{ kind: 'every-nth', every: 1 }] }, [['/splits/0/every', 'must be at least 2']]],
  [
    'under a name that is free, too',
    { columns: { __proto__x: { fill: 1, split: { kind: 'random', holdout: 2 } } } },
    [['/columns/__proto__x/split/holdout', 'must be below 1']],
  ],
  ['or which there are', { split: { kind: 'thyme' } }, [['/split/kind', 'must be one of random, every-nth']]],
  ['or that its field is missing', { split: {} }, [['/split', 'lacks required fields: kind']]],
  [
    'unknown fields of the meant one',
    { split: { kind: 'random', holdout: 0.5, every: 2 } },
    [['/split', 'has unknown fields: every']],
  ],
  [
    'alternatives that no field tells apart are listed',
    { columns: { x: { fill: 'foo' } } },
    [['/columns/x/fill', 'must be median or mean or a number or most frequent']],
  ],
  ['a pattern is said in words', { name: 'A' }, [['/name', 'must be small letters']]],
])('%s', (_, value, faults) => {
  expect(checkMeant(value)).toEqual(faults.map(([path, message]) => ({ path, message })));
});

const nullable = compileCheck(
  Type.Object({
    batch: Type.Optional(
      Type.Union([
        Type.Object({ rows: Type.Optional(Type.Union([Type.Integer({ minimum: 1 }), Type.Null()])) }),
        Type.Null(),
      ]),
    ),
    requests: Type.Optional(Type.Union([Type.Enum(['all', 'failures']), Type.Null()])),
  }),
);

test.each([
  ['a bound', { batch: { rows: 0 } }, '/batch/rows', 'must be at least 1'],
  ['a whole number', { batch: { rows: 1.5 } }, '/batch/rows', 'must be a whole number'],
  ['an unknown field', { batch: { lines: 1 } }, '/batch', 'has unknown fields: lines'],
  ['a choice', { requests: 'some' }, '/requests', 'must be one of all, failures'],
  ['what is of no kind that fits', { batch: { rows: 'many' } }, '/batch/rows', 'must be a whole number or null'],
  ['what is of no kind that fits, as a whole', { batch: 7 }, '/batch', 'must be an object or null'],
])('beside null the other alternative is told of: %s', (_, value, path, message) => {
  expect(nullable(value)).toEqual([{ path, message }]);
});

const told = compileCheck(
  Type.Union([
    Type.Object({ dataset: Type.String(), from: Type.Integer() }),
    Type.Object({ since: Type.String(), every: Type.String({ pattern: '^[1-9]', description: 'a period' }) }),
  ]),
);

test.each([
  ['the one that has all fields of the value', { since: 'now', every: 'x' }, [['/every', 'must be a period']]],
  ['also where one is missing', { dataset: 'a' }, [['', 'lacks required fields: from']]],
])('of objects that no fixed text tells apart %s is meant', (_, value, faults) => {
  expect(told(value)).toEqual(faults.map(([path, message]) => ({ path, message })));
});

test('fields of both alternatives tell of neither', () => {
  expect(told({ dataset: 'a', since: 'now' }).length).toBeGreaterThan(0);
});
