import type { Expectation } from '../../contract/data-expectations.ts';
import { type DriftColumn, driftOfColumn } from '../../statistics/drift.ts';
import { readFrame } from '../../store/frames.ts';
import type { CheckedRows, OtherRows } from './check-input.ts';
import { type Verdict, wholeVerdict } from './verdict.ts';

/** Rows of either side that are compared; of longer tables every k-th one. */
const comparedRows = 100_000;
const defaultThreshold = 0.2;

async function valuesOf(rows: CheckedRows, name: string): Promise<DriftColumn | undefined> {
  const column = rows.schema.find((each) => each.name === name);
  if (!column) return undefined;
  const step = Math.ceil(rows.rows / comparedRows);
  const where = step > 1 ? `file_row_number % ${step} = 0` : undefined;
  const { columns } = await readFrame(rows.connection, rows.paths, [column], where);
  return columns[0];
}

/** Whether a column is spread as in a reference version: its population stability index (docs/monitor.md). */
export async function driftVerdict(
  rows: CheckedRows,
  expectation: Extract<Expectation, { kind: 'distribution' }>,
  reference: OtherRows,
): Promise<Verdict> {
  const before = await valuesOf({ ...reference, connection: rows.connection }, expectation.column);
  const now = await valuesOf(rows, expectation.column);
  if (!before || !now || before.kind !== now.kind) {
    return wholeVerdict(false, null, `Version ${expectation.version} has no such column, or of another type.`);
  }
  const threshold = expectation.most ?? defaultThreshold;
  const { score, drifted, samplingLimit } = driftOfColumn(before, now, { threshold });
  if (score === null) return wholeVerdict(null, null, 'There are too few rows to tell.');
  const chance =
    !drifted && score > threshold ? `, which so few rows can differ by chance (${samplingLimit?.toFixed(3)})` : '';
  return wholeVerdict(!drifted, score, `Its drift is ${score.toFixed(3)}; the limit is ${threshold}${chance}.`);
}
