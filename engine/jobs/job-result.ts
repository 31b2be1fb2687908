import type { Job } from '../contract/jobs.ts';
import type { EngineContext } from './context.ts';

/** The result of a job that is started here, and stopped when the signal comes. @throws GalleyError of the job */
export async function jobResult<Result>(
  { context, signal }: { context: Pick<EngineContext, 'jobs'>; signal: AbortSignal },
  start: () => Promise<Job> | Job,
): Promise<Result> {
  signal.throwIfAborted();
  const job = await start();
  const cancel = () => context.jobs.cancel(job.id);
  signal.addEventListener('abort', cancel);
  try {
    if (signal.aborted) cancel();
    return await context.jobs.result<Result>(job.id);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
