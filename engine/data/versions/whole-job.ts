import type { JobContext } from '../../jobs/job-process.ts';
import type { RowFile } from '../../store/row-cache.ts';
import { writeWhole } from './delta-read.ts';
import { withRowDuck } from './row-duck.ts';
import { filesOf, type StoredForm } from './stored-form.ts';

/** Puts the rows of a version with a delta together in the staging folder. */
export function runWholeJob({ form }: { form: StoredForm }, job: JobContext): Promise<RowFile[]> {
  return withRowDuck(job, form.schema.length, filesOf(form), async (duck) => {
    const connection = await duck.connect();
    const work = {
      connection,
      progress: (done: number, total: number) => job.progress({ phase: 'putting together', done, total }),
      throwIfCanceled: job.throwIfCanceled,
    };
    return writeWhole(work, form, job.stagingFolder, 'rows').finally(() => connection.closeSync());
  });
}
