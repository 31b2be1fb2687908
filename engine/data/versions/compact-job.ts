import { GalleyError } from '../../base/errors.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { identifyRows } from './describe-rows.ts';
import type { PartFile } from './leaf-reader.ts';
import { withRowDuck } from './row-duck.ts';
import { type StorageWork, wholeBefore, writeTogether } from './storage-choice.ts';
import { defaultLimits } from './storage-limits.ts';
import { filesOf, type StoredForm } from './stored-form.ts';

/**
 * Writes a version into one file that has its identity.
 * @throws GalleyError `data.damaged_version`
 */
export async function runCompactJob({ form }: { form: StoredForm }, job: JobContext): Promise<PartFile> {
  const { schema } = form;
  const withDuck = <Result>(files: readonly string[], work: (work: StorageWork) => Promise<Result>) =>
    withRowDuck(job, schema.length, files, (duck) => {
      const { stagingFolder, throwIfCanceled } = job;
      return work({ duck, stagingFolder, throwIfCanceled, limits: defaultLimits });
    });
  job.progress({ phase: 'putting together', done: 0, total: 1 });
  const { files } = await withDuck(filesOf(form), (work) => wholeBefore(work, form));
  const paths = files.map(({ path }) => path);
  const part = await withDuck(paths, (work) => writeTogether(work, { schema, parts: files }, 0));
  const { identity } = await identifyRows(schema, [part], job);
  if (identity === form.identity) return part;
  throw new GalleyError('data.damaged_version', 'The rows that were read are not those of the version.', {
    details: { identity: form.identity, found: identity },
  });
}
