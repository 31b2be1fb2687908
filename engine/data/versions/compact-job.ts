import { GalleyError } from '../../base/errors.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { identifyRows } from './describe-rows.ts';
import type { PartFile } from './leaf-reader.ts';
import { withRowDuck } from './row-duck.ts';
import { wholeBefore, writeTogether } from './storage-choice.ts';
import { defaultLimits } from './storage-limits.ts';
import { filesOf, type StoredForm } from './stored-form.ts';

/**
 * Writes a version into one file that has its identity.
 * @throws GalleyError `data.damaged_version`
 */
export function runCompactJob({ form }: { form: StoredForm }, job: JobContext): Promise<PartFile> {
  return withRowDuck(job, form.schema.length, filesOf(form), async (duck) => {
    const { stagingFolder, throwIfCanceled } = job;
    const work = { duck, stagingFolder, throwIfCanceled, limits: defaultLimits };
    job.progress({ phase: 'putting together', done: 0, total: 1 });
    const { files } = await wholeBefore(work, form);
    const part = await writeTogether(work, { schema: form.schema, parts: files }, 0);
    const { identity } = await identifyRows(form.schema, [part], job);
    if (identity === form.identity) return part;
    throw new GalleyError('data.damaged_version', 'The rows that were read are not those of the version.', {
      details: { identity: form.identity, found: identity },
    });
  });
}
