import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { syncFolder } from '../../base/durable-files.ts';
import { GalleyError } from '../../base/errors.ts';
import { fileBytes } from '../../base/file-bytes.ts';
import type { Job } from '../../contract/jobs.ts';
import type { JobQueue } from '../../jobs/job-queue.ts';
import { readTraining, type StoredTraining, savedAt } from './checkpoint-files.ts';

/** A training that ended before it was done, and left a checkpoint. */
export interface ResumableTraining {
  job: Job;
  /** UTC epoch milliseconds of its newest checkpoint. */
  savedAt: number;
}

const resumable: readonly Job['state'][] = ['canceled', 'failed', 'interrupted'];

/** The checkpoints of a project's trainings, a folder a job. They are of this machine, and no part of a backup. */
export class CheckpointStore {
  readonly folder: string;
  readonly #jobs: Pick<JobQueue, 'get'>;
  readonly #version: string;

  /** @param version Galley's own. */
  constructor(folder: string, jobs: Pick<JobQueue, 'get'>, version: string) {
    this.folder = folder;
    this.#jobs = jobs;
    this.#version = version;
  }

  /** Newest first. */
  list(): ResumableTraining[] {
    return this.#ended()
      .flatMap(({ id, job }) => {
        const saved = savedAt(this.#place(id));
        return job === undefined || saved === undefined ? [] : [{ job, savedAt: saved }];
      })
      .sort((one, other) => other.savedAt - one.savedAt);
  }

  /** What a training that can be gone on with was asked for. @throws GalleyError `train.not_resumable` */
  training(jobId: string): StoredTraining {
    const found = this.list().find(({ job }) => job.id === jobId);
    if (found === undefined)
      throw notResumable(jobId, `There is no training with a checkpoint to go on from in job ${jobId}.`);
    const training = readTraining(this.#place(jobId));
    if (training.engine === this.#version) return training;
    const message = `The checkpoint of job ${jobId} was written by Galley ${training.engine}; this is ${this.#version}, which may compute otherwise.`;
    throw notResumable(jobId, message);
  }

  /** The checkpoint of a job becomes that of the job that goes on with it. */
  move(from: string, to: string): void {
    renameSync(this.#place(from), this.#place(to));
    syncFolder(this.folder);
  }

  /** Bytes that were freed. */
  remove(jobId: string): number {
    const bytes = fileBytes(this.#place(jobId));
    rmSync(this.#place(jobId), { recursive: true, force: true });
    return bytes;
  }

  /**
   * Removes what belongs to no running job, and answers its bytes.
   * @param before only what was saved before, in UTC epoch milliseconds.
   */
  purge({ before = Number.POSITIVE_INFINITY, dryRun }: { before?: number; dryRun: boolean }): number {
    const places = this.#ended()
      .map(({ id }) => id)
      .filter((id) => (savedAt(this.#place(id)) ?? 0) < before);
    return places.reduce((sum, id) => sum + (dryRun ? fileBytes(this.#place(id)) : this.remove(id)), 0);
  }

  /** Removes what a crash left of trainings that are done. */
  removeLeftovers(): void {
    const kept = new Set(this.list().map(({ job }) => job.id));
    for (const { id } of this.#ended()) if (!kept.has(id)) this.remove(id);
  }

  /** Folders whose jobs do not run; those that can be gone on with have a job. */
  #ended(): { id: string; job?: Job }[] {
    if (!existsSync(this.folder)) return [];
    return readdirSync(this.folder).flatMap((id) => {
      const job = this.#jobOf(id);
      if (job === undefined || job.state === 'succeeded') return [{ id }];
      return resumable.includes(job.state) ? [{ id, job }] : [];
    });
  }

  #jobOf(id: string): Job | undefined {
    try {
      return this.#jobs.get(id);
    } catch {
      return undefined;
    }
  }

  #place(jobId: string): string {
    return join(this.folder, jobId);
  }
}

function notResumable(job: string, message: string): GalleyError {
  return new GalleyError('train.not_resumable', message, { details: { job } });
}
