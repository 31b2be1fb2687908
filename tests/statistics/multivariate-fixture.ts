import type { DriftColumn } from '../../engine/statistics/drift.ts';
import { readEstimates } from './estimate-fixture.ts';

type Columns = Record<string, (number | string | null)[]>;

/** Rows of which two numbers move together less and less, and what NannyML says of them. */
export const multivariateFixture = readEstimates<{
  reference: Columns;
  rows: Columns;
  window: number;
  components: number;
  thresholds: { low: number; high: number };
  errors: number[];
  areas: number[];
}>('multivariate.json');

export function multivariateColumns(columns: Columns, first = 0, end?: number): DriftColumn[] {
  return Object.entries(columns).map(([name, all]): DriftColumn => {
    const values = all.slice(first, end);
    if (name === 'town') return { name, kind: 'text', values: values as (string | null)[] };
    return {
      name,
      kind: 'number',
      values: Float64Array.from(values, (value) => (value === null ? Number.NaN : Number(value))),
    };
  });
}
