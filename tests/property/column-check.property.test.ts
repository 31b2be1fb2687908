import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FieldSignature, Signature } from '../../engine/contract/values.ts';
import { ColumnCheck } from '../../engine/serving/column-check.ts';
import { RowCheck } from '../../engine/serving/row-check.ts';
import { RowFaults } from '../../engine/serving/row-faults.ts';
import { emptyColumn, setValue, type TensorColumn } from '../../engine/serving/tensors.ts';
import { valueOfText } from '../../engine/serving/value-of-text.ts';

const numberTypes = ['int64', 'float64', 'decimal'] as const;
const otherTypes = ['boolean', 'date', 'timestamp', 'text'] as const;

const fieldOf = (types: readonly FieldSignature['type'][]) =>
  fc
    .record({ type: fc.constantFrom(...types), nullable: fc.boolean(), isFloat: fc.boolean() })
    .map(({ type, nullable, isFloat }): FieldSignature => {
      const tensor = isFloat && !['date', 'timestamp', 'text'].includes(type) ? 'float' : 'string';
      return { name: 'cell', type, tensor, nullable };
    });

const number = fc.oneof(
  { weight: 20, arbitrary: fc.integer() },
  { weight: 20, arbitrary: fc.float({ noDefaultInfinity: true }) },
  fc.constantFrom(Number.NaN, 2 ** 53, 2 ** 53 - 1, -(2 ** 53), 3.5e38, -3.5e38, Number.POSITIVE_INFINITY, -0),
);
const written = fc.oneof(
  fc.constantFrom(null, '', ' ', '1', '0', 'true', 'FALSE', 'nan', '1.5', '-3', '1e39', '9007199254740993', 'inf'),
  fc.constantFrom('2004-02-29', '2004-02-30', '2004-02-29 00:00:00', '2004-02-29 13:45:00+00', '2004-02-29T13:45:00Z'),
  fc.string({ maxLength: 4 }),
);

/** What the check of rows makes of the cells of a column, up to the first that does not fit. */
function byRows(field: FieldSignature, cells: readonly unknown[]): { fault: number; column: TensorColumn } {
  const check = new RowCheck({ task: 'regression', target: 'y', inputs: [field], threshold: 0.5 } as Signature);
  const column = emptyColumn(field, cells.length);
  for (const [index, cell] of cells.entries()) {
    const checked = check.check({ cell }, index, new RowFaults());
    if (!checked) return { fault: index, column };
    setValue(column, index, checked.values[0] ?? null);
  }
  return { fault: -1, column };
}

test('columns of numbers are checked as rows are', () => {
  fc.assert(
    fc.property(fieldOf(numberTypes), fc.array(number, { maxLength: 12 }), (field, cells) => {
      const column = emptyColumn(field, cells.length);
      const fault = new ColumnCheck(field).numbers(Float64Array.from(cells), column, 0);
      const expected = byRows(field, cells);
      expect(fault).toBe(expected.fault);
      const end = fault === -1 ? cells.length : fault;
      expect([...column].slice(0, end)).toEqual([...expected.column].slice(0, end));
    }),
    { numRuns: 2000 },
  );
});

test('columns of text are checked as rows are', () => {
  fc.assert(
    fc.property(fieldOf([...numberTypes, ...otherTypes]), fc.array(written, { maxLength: 12 }), (field, cells) => {
      const column = emptyColumn(field, cells.length);
      const fault = new ColumnCheck(field).texts(cells, column, 0);
      const expected = byRows(
        field,
        cells.map((cell) => valueOfText(field.type, cell)),
      );
      expect(fault).toBe(expected.fault);
      const end = fault === -1 ? cells.length : fault;
      expect([...column].slice(0, end)).toEqual([...expected.column].slice(0, end));
    }),
    { numRuns: 2000 },
  );
});
