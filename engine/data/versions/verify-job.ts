import { rmSync } from 'node:fs';
import type { JobContext } from '../../jobs/job-process.ts';
import { identifyRows } from './describe-rows.ts';
import { withRowDuck } from './row-duck.ts';
import { wholeBefore } from './storage-choice.ts';
import { defaultLimits } from './storage-limits.ts';
import { filesOf, type StoredForm } from './stored-form.ts';

/** A version that is read back. */
export interface VerifyInput {
  versions: { name: string; form: StoredForm }[];
}

/** A version that did not come back as it was stored, and why. */
export interface UnlikeVersion {
  name: string;
  reason: string;
}

async function faultOf(form: StoredForm, job: JobContext): Promise<string | undefined> {
  try {
    return await withRowDuck(job, form.schema.length, filesOf(form), async (duck) => {
      const { stagingFolder, throwIfCanceled } = job;
      const { files, made } = await wholeBefore({ duck, stagingFolder, throwIfCanceled, limits: defaultLimits }, form);
      const { identity } = await identifyRows(form.schema, files, job);
      for (const file of made ?? []) rmSync(file.path, { force: true });
      return identity === form.identity ? undefined : `its rows have the identity ${identity}`;
    });
  } catch (error) {
    job.throwIfCanceled();
    return `it cannot be read: ${(error as Error).message.split('\n')[0]}`;
  }
}

/** Reads versions back from base, parts and delta and answers those that have another identity than they should. */
export async function runVerifyJob({ versions }: VerifyInput, job: JobContext): Promise<UnlikeVersion[]> {
  const unlike: UnlikeVersion[] = [];
  for (const [done, { name, form }] of versions.entries()) {
    job.progress({ phase: 'reading back', done, total: versions.length });
    const reason = await faultOf(form, job);
    if (reason !== undefined) unlike.push({ name, reason });
  }
  return unlike;
}
