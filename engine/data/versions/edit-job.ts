import type { DuckDBInstance } from '@duckdb/node-api';
import type { CheckResult } from '../../contract/data-expectations.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { type CheckInput, pathsOfCheck } from '../expectations/check-input.ts';
import { checkStaged } from '../expectations/check-staged.ts';
import { describeRows } from './describe-rows.ts';
import type { EditPlan } from './edit-plan.ts';
import { editRows } from './edit-rows.ts';
import { withRowDuck } from './row-duck.ts';
import { chooseStorage, type StorageWork, type StoredRows, wholeBefore } from './storage-choice.ts';
import { defaultLimits, type StorageLimits } from './storage-limits.ts';
import { filesOf, type StoredForm } from './stored-form.ts';

export interface EditInput {
  form: StoredForm;
  plan: EditPlan;
  /** What the rows must be like. */
  check: CheckInput | null;
  acceptFailures: boolean;
  limits?: StorageLimits;
}

export interface EditedRows extends StoredRows {
  checks: CheckResult[] | null;
}

/** Makes the rows of a version after edits, and tells what version they make and how it is stored. */
export async function runEditJob(input: EditInput, job: JobContext): Promise<EditedRows> {
  const { form, plan, check, acceptFailures } = input;
  const { schema } = form;
  const { stagingFolder, throwIfCanceled } = job;
  const workOf = (duck: DuckDBInstance): StorageWork => {
    return { duck, stagingFolder, throwIfCanceled, limits: input.limits ?? defaultLimits };
  };
  job.progress({ phase: 'editing', done: 0, total: 1 });
  const before = await withRowDuck(job, schema.length, filesOf(form), (duck) => wholeBefore(workOf(duck), form));
  const edited = await editRows(job, schema, before.files, plan);
  const files = [...filesOf(form), ...pathsOfCheck(check)];
  const described = await withRowDuck(job, schema.length, files, async (duck) => {
    const connection = await duck.connect();
    try {
      const found = await describeRows(connection, schema, edited, job);
      const checked = { connection, paths: edited.map(({ path }) => path), schema, rows: found.rows };
      const staged = { acceptFailures, files: [], rowsBefore: found.rows, job };
      const isKnown = found.identity === form.identity;
      return { ...found, checks: check && !isKnown ? await checkStaged(checked, check, staged) : null };
    } finally {
      connection.closeSync();
    }
  });
  const stored = await withRowDuck(job, schema.length, filesOf(form), (duck) => {
    const isKnown = described.identity === form.identity;
    return chooseStorage(workOf(duck), { schema, parts: edited }, isKnown ? undefined : form);
  });
  return { ...described, stored, wholeBefore: before.made };
}
