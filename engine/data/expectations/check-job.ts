import type { CheckResult } from '../../contract/data-expectations.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { openDuck } from '../../store/duck.ts';
import type { SchemaColumn } from '../schema.ts';
import { type CheckInput, pathsOfCheck } from './check-input.ts';
import { checkRows } from './check-rows.ts';

export interface CheckJobInput {
  paths: string[];
  schema: SchemaColumn[];
  rows: number;
  check: CheckInput;
}

/** Checks the rows of a version. */
export async function runCheckJob(input: CheckJobInput, job: JobContext): Promise<CheckResult[]> {
  const { paths, schema, rows, check } = input;
  const duck = await openDuck({ allowed: [...paths, ...pathsOfCheck(check)], temporaryFolder: job.stagingFolder });
  const connection = await duck.connect();
  try {
    return await checkRows({ connection, paths, schema, rows }, check, {
      progress: (done, total) => job.progress({ phase: 'checking', done, total }),
      throwIfCanceled: job.throwIfCanceled,
    });
  } finally {
    connection.closeSync();
    duck.closeSync();
  }
}
