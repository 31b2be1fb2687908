import type { JobContext } from '../../jobs/job-process.ts';

const pollMilliseconds = 100;

/** A signal that is aborted, with the error of the job, once the job was told to stop. */
export function cancelSignal(job: Pick<JobContext, 'throwIfCanceled'>): { signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  const timer = setInterval(() => {
    try {
      job.throwIfCanceled();
    } catch (error) {
      controller.abort(error);
      clearInterval(timer);
    }
  }, pollMilliseconds);
  return { signal: controller.signal, end: () => clearInterval(timer) };
}
