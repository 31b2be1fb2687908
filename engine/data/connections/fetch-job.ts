import type { JobContext } from '../../jobs/job-process.ts';
import { type ImportInput, type ImportOutput, runImportJob } from '../versions/import-job.ts';
import { type FetchInput, type FetchState, fetchSource } from './fetch.ts';

export interface FetchJobInput {
  fetch: FetchInput;
  import: ImportInput;
}

export type FetchJobOutput = ImportOutput & { fetched: FetchState | null };

/** Fetches a source and imports it as files are imported. */
export async function runFetchJob(input: FetchJobInput, job: JobContext): Promise<FetchJobOutput> {
  const fetched = await fetchSource(input.fetch, job);
  if (!fetched) return { unchanged: true, warnings: [], md5s: [], fetched: input.fetch.state };
  const { files, state, warnings } = fetched;
  const output = await runImportJob({ ...input.import, files }, job);
  return { ...output, warnings: [...warnings, ...output.warnings], fetched: state };
}
