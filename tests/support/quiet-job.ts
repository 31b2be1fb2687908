import type { JobContext } from '../../engine/jobs/job-process.ts';

/** A job's surroundings without a process: nobody hears of its progress, nobody cancels it. */
export function quietJob(stagingFolder: string): JobContext {
  return {
    jobId: 'job_here',
    stagingFolder,
    progress: () => {},
    secrets: {},
    report: () => {},
    onTold: () => {},
    cancelFlag: new Int32Array(new SharedArrayBuffer(4)),
    throwIfCanceled: () => {},
  };
}
