import { setImmediate as nextTurn } from 'node:timers/promises';

/** Rows that are worked on in one turn of the event loop: a few milliseconds. */
const sliceRows = 1000;

/** Does work row by row, letting other requests in between slices of many rows. */
export async function forEachRow<Row>(rows: readonly Row[], work: (row: Row, index: number) => void): Promise<void> {
  for (let index = 0; index < rows.length; index++) {
    if (index > 0 && index % sliceRows === 0) await nextTurn();
    work(rows[index] as Row, index);
  }
}
