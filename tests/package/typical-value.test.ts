import { expect, test } from 'vitest';
import type { FieldSignature } from '../../engine/contract/values.ts';
import { typicalValue } from '../../engine/package/typical-value.ts';
import type { InputValue } from '../../engine/serving/field-rule.ts';

const field = (changes: Partial<FieldSignature>): FieldSignature => ({
  name: 'x',
  type: 'float64',
  tensor: 'float',
  nullable: true,
  ...changes,
});

test.each<[string, FieldSignature, InputValue[], InputValue]>([
  ['the lower median of numbers', field({}), [5, 1, 3, 2], 2],
  ['a value that stands there, of whole numbers', field({ type: 'int64' }), [10, 1, 4], 4],
  ['the most frequent category', field({ type: 'text', categories: ['a', 'b'] }), ['b', 'a', 'b', null], 'b'],
  ['the first of categories that are as frequent', field({ type: 'text', categories: ['a', 'b'] }), ['b', 'a'], 'b'],
  ['the most frequent truth', field({ type: 'boolean' }), [true, false, true], true],
  ['the median day', field({ type: 'date' }), ['2004-03-01', '1999-12-31', '2004-02-29'], '2004-02-29'],
  ['nothing of free text', field({ type: 'text' }), ['my name is', 'my name is'], ''],
  ['missing, where more than half are', field({}), [1, null, null], null],
  ['a value, where half are missing', field({}), [1, null], 1],
  ['a value, where the column must have one', field({ nullable: false }), [null, null, 4], 4],
  ['missing, where there is nothing', field({}), [], null],
])('%s', (_, of, values, typical) => {
  expect(typicalValue(of, values)).toBe(typical);
});
