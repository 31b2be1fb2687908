import type { Frame } from '../base/frame.ts';
import type { JobContext } from '../jobs/job-process.ts';
import type { Comparison } from './decision.ts';
import { judge } from './judge.ts';
import { answeredOnRows, type CompareInput, type Contest, type JudgedRows, judgedRows } from './judged-rows.ts';

/** Judges champion and challenger on the rows that neither was trained on. */
export async function runCompareJob(input: CompareInput, job: JobContext): Promise<Comparison> {
  return compared(input, await judgedRows(input, job), job);
}

/**
 * The same on rows in memory.
 * @param frames all columns of the rows that each comes from.
 */
export async function compareOnRows(
  contest: Contest,
  frames: { champion: Frame; challenger: Frame },
  job: Pick<JobContext, 'progress' | 'throwIfCanceled'>,
): Promise<Comparison> {
  return compared(contest, await answeredOnRows(contest, frames, job), job);
}

function compared(
  { task, metric, margin, seed }: Contest,
  { truth, champion, challenger }: JudgedRows,
  job: Pick<JobContext, 'progress' | 'throwIfCanceled'>,
): Comparison {
  job.progress({ phase: 'comparing', done: 0, total: 0 });
  return judge({ task, metric, margin, truth, champion, challenger, seed }, () => job.throwIfCanceled());
}
