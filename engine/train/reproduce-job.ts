import type { JobContext } from '../jobs/job-process.ts';
import { type RecordedSearch, replaySearch, type SearchOutcome } from './sweeps/replay.ts';
import { runTrainJob, type TrainJobInput, type TrainJobOutput } from './train-job.ts';

export interface ReproduceJobInput extends TrainJobInput {
  /** The search that chose the run, where it is to be repeated. */
  search?: RecordedSearch;
}

export interface ReproduceJobOutput extends TrainJobOutput {
  search?: SearchOutcome;
}

/** Repeats the search that chose a run, where there was one, and trains the run again. */
export async function runReproduceJob(input: ReproduceJobInput, context: JobContext): Promise<ReproduceJobOutput> {
  const search = input.search && (await replaySearch(input, input.search, context));
  const output = await runTrainJob(input, context);
  return search ? { ...output, search } : output;
}
