import type { RowPage } from '../../contract/data-rows.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { withRowDuck } from '../versions/row-duck.ts';
import { type FailingRowsInput, failingPage } from './failing-page.ts';

/** Rows that fail an expectation, found in a process of its own. */
export function runFailingRowsJob(input: FailingRowsInput, job: JobContext): Promise<RowPage> {
  return withRowDuck(job, input.schema.length, input.paths, async (duck) => {
    const connection = await duck.connect();
    try {
      return await failingPage(connection, input);
    } finally {
      connection.closeSync();
    }
  });
}
