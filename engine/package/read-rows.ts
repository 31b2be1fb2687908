import type { ColumnType } from '../contract/values.ts';
import type { JobContext } from '../jobs/job-process.ts';
import type { InputValue } from '../serving/field-rule.ts';
import { openDuck, parquetTable } from '../store/duck.ts';
import { readTableFrame } from '../store/frames.ts';
import { rawRows } from '../train/index.ts';
import type { TellingRows } from './telling-rows.ts';

/** Reads rows as they are sent to a model, in the order of the columns. */
export async function readRows(
  { paths, positions }: TellingRows,
  columns: readonly { name: string; type: ColumnType }[],
  { stagingFolder }: Pick<JobContext, 'stagingFolder'>,
): Promise<InputValue[][]> {
  if (positions.length === 0) return [];
  const duck = await openDuck({ allowed: paths, temporaryFolder: stagingFolder, threads: 1 });
  try {
    const numbered = `SELECT *, row_number() OVER () - 1 AS __galley_place FROM ${parquetTable(paths)}`;
    const wanted = `(SELECT * FROM (${numbered}) WHERE __galley_place IN (${positions.join(', ')}) ORDER BY __galley_place)`;
    const frame = await readTableFrame(await duck.connect(), wanted, columns);
    return rawRows(
      frame,
      columns,
      Array.from({ length: frame.rows }, (_, row) => row),
    );
  } finally {
    duck.closeSync();
  }
}
