import type { InferredExpectation } from '../../contract/data-expectations.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { openDuck } from '../../store/duck.ts';
import type { SchemaColumn } from '../schema.ts';
import { type InferFacts, inferExpectations } from './infer.ts';

export interface InferJobInput {
  paths: string[];
  schema: SchemaColumn[];
  rows: number;
  facts: InferFacts;
}

/** Proposes expectations from the rows of a version. */
export async function runInferJob(input: InferJobInput, job: JobContext): Promise<InferredExpectation[]> {
  const { facts, ...rows } = input;
  const duck = await openDuck({ allowed: rows.paths, temporaryFolder: job.stagingFolder });
  const connection = await duck.connect();
  try {
    job.progress({ phase: 'looking', done: 0, total: 1 });
    return await inferExpectations({ ...rows, connection }, facts);
  } finally {
    connection.closeSync();
    duck.closeSync();
  }
}
