import { expect, test } from 'vitest';
import type { FieldSignature } from '../../engine/contract/values.ts';
import { RowCheck } from '../../engine/serving/row-check.ts';
import { type RowFault, RowFaults } from '../../engine/serving/row-faults.ts';

function checkWith(fields: Partial<FieldSignature>[]) {
  const inputs = fields.map((field) => ({
    name: 'x',
    type: 'float64' as const,
    tensor: 'float' as const,
    nullable: false,
    ...field,
  }));
  return new RowCheck({ task: 'regression', target: 'y', inputs });
}

function faultsOf(check: RowCheck, row: unknown): RowFault[] {
  const faults = new RowFaults();
  const checked = check.check(row, 7, faults);
  expect(checked === null).toBe(faults.total > 0);
  return faults.listed;
}

const text = { type: 'text', tensor: 'string' } as const;
const whole = { type: 'int64' } as const;
const yesNo = { type: 'boolean' } as const;
const date = { type: 'date', tensor: 'string' } as const;
const timestamp = { type: 'timestamp', tensor: 'string' } as const;
const decimal = { type: 'decimal' } as const;

test.each<[Partial<FieldSignature>, unknown, unknown]>([
  [{}, 1.5, 1.5],
  [{}, -0, -0],
  [{}, 3.4028234663852886e38, 3.4028234663852886e38],
  [decimal, 19.99, 19.99],
  [whole, 3, 3],
  [whole, -9007199254740991, -9007199254740991],
  [yesNo, true, true],
  [yesNo, false, false],
  [text, 'red', 'red'],
  [text, '1.5', '1.5'],
  [text, '', ''],
  [date, '2004-02-29', '2004-02-29'],
  [timestamp, '2004-02-29T13:45:00+01:00', '2004-02-29T12:45:00.000Z'],
  [{ nullable: true }, null, null],
  [{ ...text, nullable: true }, null, null],
])('%j takes %j', (field, value, accepted) => {
  const faults = new RowFaults();
  expect(checkWith([field]).check({ x: value }, 0, faults)).toEqual({ values: [accepted], flags: null });
  expect(faults.listed).toEqual([]);
});

test.each<[Partial<FieldSignature>, unknown, string]>([
  [{}, '1.5', 'wrong_type'],
  [{}, '', 'wrong_type'],
  [{}, true, 'wrong_type'],
  [{}, [1], 'wrong_type'],
  [{}, { value: 1 }, 'wrong_type'],
  [{}, null, 'missing'],
  [{}, 1e39, 'number_too_large'],
  [{}, Number.POSITIVE_INFINITY, 'number_too_large'],
  [decimal, '19.99', 'wrong_type'],
  [whole, 1.5, 'not_whole'],
  [whole, '1', 'wrong_type'],
  [whole, true, 'wrong_type'],
  [whole, 9007199254740992, 'number_too_large'],
  [yesNo, 1, 'wrong_type'],
  [yesNo, 0, 'wrong_type'],
  [yesNo, 'true', 'wrong_type'],
  [text, 5, 'wrong_type'],
  [text, true, 'wrong_type'],
  [text, null, 'missing'],
  [date, '2004-02-30', 'not_a_date'],
  [date, '29/02/2004', 'not_a_date'],
  [date, '2004-02-29T00:00:00Z', 'not_a_date'],
  [date, 20040229, 'wrong_type'],
  [timestamp, '2004-02-29', 'not_a_timestamp'],
  [timestamp, 1078012800000, 'wrong_type'],
])('%j refuses %j as %s', (field, value, code) => {
  expect(faultsOf(checkWith([field]), { x: value })).toEqual([
    { row: 7, field: 'x', code, message: expect.stringMatching(/^x .*\.$/) },
  ]);
});

test.each([[null], [3], ['row'], [[1]]])('%j is no row', (row) => {
  expect(faultsOf(checkWith([{}]), row)).toMatchObject([{ row: 7, field: null, code: 'row_not_object' }]);
});

test('all faults of a row are found', () => {
  const check = checkWith([{ name: 'a' }, { name: 'b', type: 'int64' }, { name: 'c' }]);
  const faults = faultsOf(check, { a: '1', b: 1.5, d: 1 });
  expect(faults.map(({ field, code }) => [field, code])).toEqual([
    ['d', 'unknown_field'],
    ['a', 'wrong_type'],
    ['b', 'not_whole'],
    ['c', 'missing'],
  ]);
});

test('a field that may be missing may be left out', () => {
  const check = checkWith([{ nullable: true }]);
  expect(check.check({}, 0, new RowFaults())).toEqual({ values: [null], flags: null });
});

test.each(['__proto__', 'constructor', 'toString'])('the name %s is only a name', (name) => {
  const row = JSON.parse(`{"x": 1, "${name}": 2}`);
  expect(faultsOf(checkWith([{}]), row)).toMatchObject([{ field: name, code: 'unknown_field' }]);
  const taking = checkWith([{ name, nullable: true }]);
  expect(taking.check({}, 0, new RowFaults())?.values).toEqual([null]);
  expect(taking.check(JSON.parse(`{"${name}": 2}`), 0, new RowFaults())?.values).toEqual([2]);
});

test.each<[Partial<FieldSignature>, unknown, string | null]>([
  [{ minimum: 0, maximum: 10 }, 0, null],
  [{ minimum: 0, maximum: 10 }, 10, null],
  [{ minimum: 0, maximum: 10 }, -0.1, 'out_of_range'],
  [{ minimum: 0, maximum: 10 }, 11, 'out_of_range'],
  [{ minimum: null, maximum: 10 }, -1e9, null],
  [{ ...text, categories: ['red'] }, 'red', null],
  [{ ...text, categories: ['red'] }, 'Red', 'unseen_category'],
  [{ ...text, categories: ['red'] }, '', 'unseen_category'],
  [{ ...text, categories: ['red'], nullable: true }, '', null],
  [{ ...whole, tensor: 'string', categories: ['1', '2'] }, 2, null],
  [{ ...whole, tensor: 'string', categories: ['1', '2'] }, 3, 'unseen_category'],
  [text, 'anything', null],
])('%j flags %j as %s', (field, value, flag) => {
  const flags = checkWith([field]).check({ x: value }, 0, new RowFaults())?.flags;
  expect(flags).toEqual(flag === null ? null : [{ field: 'x', flag }]);
});
