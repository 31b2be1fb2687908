import type { JobContext } from '../../jobs/job-process.ts';

const filesAtOnce = 4;

/** Runs the work for every item, a few at a time, and stops at the first that fails. */
export async function forEachAtOnce<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  let next = 0;
  let failed = false;
  const take = async () => {
    while (next < items.length && !failed) {
      const item = items[next++] as Item;
      try {
        await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(filesAtOnce, items.length) }, take));
  const refusal = ended.find((one) => one.status === 'rejected');
  if (refusal) throw refusal.reason;
}

/** Tells a job's progress in bytes; throws once the job was canceled. */
export function byteProgress(job: JobContext, phase: string, total: number): (bytes: number) => void {
  let done = 0;
  job.progress({ phase, done, total });
  return (bytes) => {
    job.throwIfCanceled();
    done += bytes;
    job.progress({ phase, done: Math.min(done, total), total });
  };
}
