import type { CheckResult, ExpectationKind } from '../../contract/data-expectations.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { SchemaColumn } from '../schema.ts';
import type { DataStore } from '../store.ts';
import type { CheckedRows, PreparedExpectation } from './check-input.ts';
import { checkRows } from './check-rows.ts';
import { columnsOf } from './keys.ts';
import { prepareCheck } from './prepare.ts';

/** Kinds that say something of values wherever these stand; the others are about datasets and their versions. */
const ofValues: ReadonlySet<ExpectationKind> = new Set([
  'missing',
  'range',
  'one-of',
  'pattern',
  'length',
  'mean',
  'quantile',
]);

/** Rows of elsewhere, opened only where something is expected of them. */
export interface RowsElsewhere {
  schema: readonly SchemaColumn[];
  /** Works on the rows, in columns of the schema's names. */
  use(work: (rows: CheckedRows) => Promise<CheckResult[]>): Promise<CheckResult[]>;
}

/**
 * How rows of elsewhere meet those expectations of a dataset that are about values of their columns. None where nothing is
 * expected, or the dataset is gone.
 * @throws GalleyError `data.invalid_expectations`
 */
export async function checkElsewhere(
  context: EngineContext,
  store: DataStore,
  dataset: string,
  { schema, use }: RowsElsewhere,
): Promise<CheckResult[]> {
  const check = await prepareCheck(context, store, dataset, null);
  const names = new Set(schema.map(({ name }) => name));
  const applies = ({ expectation }: PreparedExpectation) =>
    ofValues.has(expectation.kind) && columnsOf(expectation).every((name) => names.has(name));
  const expectations = check?.expectations.filter(applies) ?? [];
  if (check === null || expectations.length === 0) return [];
  const control = { progress: () => {}, throwIfCanceled: () => {} };
  return use((rows) => checkRows(rows, { ...check, expectations }, control));
}
