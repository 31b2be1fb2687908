import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Frame } from '../../base/frame.ts';
import type { Difference } from '../../contract/data-comparison.ts';
import { driftScoreOfColumn } from '../../statistics/drift.ts';
import { readFrame } from '../../store/frames.ts';
import type { SchemaColumn } from '../schema.ts';
import type { DiffSide } from './diff-job.ts';
import type { ComparedTables } from './diff-tables.ts';

/** Up to so many rows every one is compared. */
const exactRows = 100_000;
/** Of larger versions about so many: a share is then known to 0.2 %. */
const sampledRows = 50_000;
/** Cells that are in memory at once. */
const cellsAtOnce = 4_000_000;

/**
 * A condition that holds for about `sampledRows` rows of a large version, the same ones each time, without a period that
 * data could share: Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4).
 */
function sampleOf({ rows }: DiffSide): string | undefined {
  if (rows <= exactRows) return undefined;
  const share = Math.floor((sampledRows / rows) * 2 ** 32);
  return `(file_row_number * 2654435769 + file_index::BIGINT * 40503) % 4294967296 < ${share}`;
}

function compared({ rows }: DiffSide): number {
  return rows <= exactRows ? rows : sampledRows;
}

/** Drift of every column that both versions have with one type, null where there are too few rows. */
export async function columnDrift(
  duck: DuckDBInstance,
  { from, to, common }: ComparedTables,
  throwIfCanceled: () => void,
): Promise<Difference['columns']> {
  const drifts: Difference['columns'] = [];
  const together = Math.max(1, Math.floor(cellsAtOnce / Math.max(1, compared(from) + compared(to))));
  const connection = await duck.connect();
  try {
    for (let start = 0; start < common.length; start += together) {
      const group = common.slice(start, start + together);
      const before = await readSample(connection, from, group);
      throwIfCanceled();
      const after = await readSample(connection, to, group);
      for (const [index, { name }] of group.entries()) {
        throwIfCanceled();
        const [reference, current] = [before.columns[index], after.columns[index]];
        drifts.push({ name, drift: reference && current ? driftScoreOfColumn(reference, current) : null });
      }
    }
  } finally {
    connection.closeSync();
  }
  return drifts;
}

function readSample(connection: DuckDBConnection, side: DiffSide, columns: readonly SchemaColumn[]): Promise<Frame> {
  return readFrame(connection, side.paths, columns, sampleOf(side));
}
