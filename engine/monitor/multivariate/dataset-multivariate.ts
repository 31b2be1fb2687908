import type { DuckDBConnection } from '@duckdb/node-api';
import type { MultivariateDrift } from '../../contract/monitor-multivariate.ts';
import type { DriftColumn } from '../../statistics/drift.ts';
import { driftColumn, thinned } from '../../statistics/drift-columns.ts';
import { readFrame } from '../../store/frames.ts';
import type { ReadColumn } from '../column-samples.ts';
import { comparedColumns, comparedTogether, multivariateDrift, reconstructedRows } from './multivariate-drift.ts';

/** Rows of one side, as Parquet files. */
export interface DatasetSide {
  paths: string[];
  rows: number;
}

/** Compares rows of two datasets as a whole, of large ones a sample that is the same at every call. */
export async function multivariateOfDatasets(
  connection: DuckDBConnection,
  reference: DatasetSide,
  current: DatasetSide,
  columns: readonly ReadColumn[],
  minimumRows: number,
): Promise<MultivariateDrift> {
  const compared = columns.filter(({ type }) => comparedTogether(type)).slice(0, comparedColumns);
  const { drift } = multivariateDrift({
    reference: await sampleOf(connection, reference, compared),
    current: await sampleOf(connection, current, compared),
    minimumRows,
  });
  return drift;
}

async function sampleOf(
  connection: DuckDBConnection,
  { paths, rows }: DatasetSide,
  columns: readonly ReadColumn[],
): Promise<DriftColumn[]> {
  if (columns.length === 0) return [];
  // Somewhat more than is taken: how many rows a hash chooses is chance.
  const share = Math.round((1.1 * reconstructedRows * 1_000_000) / Math.max(1, rows));
  const where = share < 1_000_000 ? `hash(file_row_number) % 1000000 < ${share}` : undefined;
  const frame = await readFrame(connection, paths, [...columns], where);
  return frame.columns.map((column) => thinned(driftColumn(column.name, column), reconstructedRows));
}
