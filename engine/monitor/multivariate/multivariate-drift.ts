import type { MultivariateDrift } from '../../contract/monitor-multivariate.ts';
import type { ColumnType } from '../../contract/values.ts';
import type { DriftColumn } from '../../statistics/drift.ts';
import { thinned } from '../../statistics/drift-columns.ts';
import { reconstructionDrift } from '../../statistics/reconstruction-drift.ts';
import { domainDrift } from './domain-classifier.ts';

/** Rows of each side whose reconstruction is compared, and rows that the classifier is fitted on. */
export const reconstructedRows = 10_000;
const classifiedRows = 1500;
/** Columns of a wide table that are compared as a whole. */
export const comparedColumns = 100;
/** Whether columns of a type are compared as a whole: dates only ever move on. */
export function comparedTogether(type: ColumnType): boolean {
  return type !== 'date' && type !== 'timestamp';
}

/** Of each of the two tests: both together are passed by 5 % of no-drift comparisons at most. */
const level = 0.975;

/** Where only sums are left: whether values move together is not among them. */
export const withoutRows: MultivariateDrift = {
  columns: 0,
  rows: { reference: 0, current: 0 },
  reconstruction: null,
  domain: null,
  drifted: false,
  verdict: 'too_few_rows',
};

export interface MultivariateInput {
  /** Columns of the same names and kinds, each side of equal length. */
  reference: readonly DriftColumn[];
  current: readonly DriftColumn[];
  /** Rows that either side needs. */
  minimumRows: number;
}

export interface MultivariateAnswer {
  drift: MultivariateDrift;
  /** Reconstruction error of each current row; null without a verdict. */
  errors: Float64Array | null;
}

/** Whether the columns as a whole drifted: by what principal components miss, and by whether a classifier tells the sides apart. */
export function multivariateDrift({ reference, current, minimumRows }: MultivariateInput): MultivariateAnswer {
  const columns = reference.length;
  const rows = { reference: reference[0]?.values.length ?? 0, current: current[0]?.values.length ?? 0 };
  const common = { columns, rows, reconstruction: null, domain: null, drifted: false };
  // Half of the reference is fitted on, the other half compared.
  if (rows.current < minimumRows || rows.reference < 2 * minimumRows) {
    return { drift: { ...common, verdict: 'too_few_rows' }, errors: null };
  }
  if (columns < 2) return { drift: { ...common, verdict: 'too_few_columns' }, errors: null };
  const { errors, ...measured } = reconstructionDrift(reference, current, level);
  // Components that keep all of a row leave nothing but rounding to compare.
  const reconstruction = measured.components < columns ? measured : null;
  const few = (side: readonly DriftColumn[]) => side.map((column) => thinned(column, classifiedRows));
  const domain = domainDrift(few(reference), few(current), level);
  const drifted = reconstruction?.drifted || domain.drifted;
  const verdict = drifted ? 'drifted' : 'stable';
  return { drift: { ...common, reconstruction, domain, drifted, verdict }, errors: reconstruction && errors };
}
