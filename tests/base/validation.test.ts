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
  ['text is not a number', { name: 'x', count: '1' }, '/count', 'must be integer'],
  ['null is not 0', { name: 'x', count: null }, '/count', 'must be integer'],
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
