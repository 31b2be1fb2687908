import type { Job } from '../contract/jobs.ts';
import type { DataPhase } from '../data/index.ts';
import type { DeployPhase } from '../deploy/index.ts';
import type { EngineContext } from '../jobs/context.ts';
import type { MonitorPhase } from '../monitor/index.ts';
import type { PackagePhase } from '../package/index.ts';
import type { TrainPhase } from '../train/index.ts';

/** The phases that a pipeline directs. */
export interface DirectedPhases {
  data: DataPhase;
  train: TrainPhase;
  packages: PackagePhase;
  deploy: DeployPhase;
  monitor: MonitorPhase;
}

/** What the kinds of steps work with. */
export interface StepPhases {
  context: EngineContext;
  phases: DirectedPhases;
}

/** What work that starts jobs needs. */
export interface StepTools extends StepPhases {
  /** Aborted when the run is canceled. */
  signal: AbortSignal;
}

/** The result of a job that is started here, and stopped when the run is canceled. @throws GalleyError of the job */
export async function jobResult<Result>(
  { context, signal }: Pick<StepTools, 'context' | 'signal'>,
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
