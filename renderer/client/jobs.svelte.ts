import type { Job, JobState } from '../../engine/contract/jobs.ts';
import { ClientError } from './client-error.ts';

const finished: readonly JobState[] = ['succeeded', 'failed', 'canceled', 'interrupted'];

export function isFinished(job: Job): boolean {
  return finished.includes(job.state);
}

/** Share done from 0 to 1, undefined where the end is not known. */
export function shareDone(job: Job): number | undefined {
  if (job.state === 'succeeded') return 1;
  const progress = job.progress;
  return progress !== null && progress.total > 0 ? Math.min(1, progress.done / progress.total) : undefined;
}

/** The jobs that the window knows of, newest first, kept up to date by events. */
export class JobList {
  #jobs = $state.raw<ReadonlyMap<string, Job>>(new Map());
  #waiting = new Map<string, ((job: Job) => void)[]>();
  #all = $derived([...this.#jobs.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt)));
  #active = $derived(this.#all.filter((job) => !isFinished(job)));

  get all(): Job[] {
    return this.#all;
  }

  get active(): Job[] {
    return this.#active;
  }

  find(id: string): Job | undefined {
    return this.#jobs.get(id);
  }

  /** Takes in newer states of jobs; true for each that has finished with it. */
  merge(jobs: readonly Job[]): Job[] {
    const before = this.#jobs;
    const next = new Map(before);
    for (const job of jobs) {
      const known = next.get(job.id);
      if (known === undefined || !isFinished(known)) next.set(job.id, job);
    }
    this.#jobs = next;
    const ended = jobs.filter((job) => isFinished(job) && wasActive(before.get(job.id)));
    for (const job of jobs) if (isFinished(job)) this.#settle(job);
    return ended;
  }

  /** The result of a job once it has succeeded. Throws its error; a canceled job throws one of kind `canceled`. */
  async result(id: string): Promise<unknown> {
    const known = this.#jobs.get(id);
    const job = known && isFinished(known) ? known : await new Promise<Job>((resolve) => this.#wait(id, resolve));
    if (job.state === 'succeeded') return job.result;
    throw errorOfJob(job);
  }

  #wait(id: string, resolve: (job: Job) => void): void {
    this.#waiting.set(id, [...(this.#waiting.get(id) ?? []), resolve]);
  }

  #settle(job: Job): void {
    for (const resolve of this.#waiting.get(job.id) ?? []) resolve(job);
    this.#waiting.delete(job.id);
  }
}

/** A job that did not succeed, as an error with what to do. */
export function errorOfJob(job: Job): ClientError {
  if (job.error) return new ClientError({ ...job.error, kind: job.error.kind as ClientError['report']['kind'] });
  const canceled = job.state === 'canceled';
  return new ClientError({
    code: canceled ? 'job.canceled' : 'job.interrupted',
    kind: canceled ? 'canceled' : 'unavailable',
    message: canceled ? `${job.title} was stopped.` : `${job.title} was interrupted.`,
    hint: 'Start it again when you like.',
    details: {},
  });
}

function wasActive(job: Job | undefined): boolean {
  return job !== undefined && !isFinished(job);
}
