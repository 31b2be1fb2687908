import { join } from 'node:path';
import type { Problem } from '../../contract/values.ts';
import { type FitCheckpoint, readCheckpoint, type StoredTraining, saveCheckpoint } from './checkpoint-files.ts';

/** Where a job keeps the checkpoints of its fits. */
export interface CheckpointPlace {
  /** Of all jobs. */
  folder: string;
  training: StoredTraining;
}

/** The checkpoints of one running job. */
export class JobCheckpoints {
  readonly #folder: string;
  readonly #training: StoredTraining;
  #problem: Problem | undefined;

  constructor({ folder, training }: CheckpointPlace, jobId: string) {
    this.#folder = join(folder, jobId);
    this.#training = training;
  }

  /** Where a fit stood when its training was broken off. */
  before(fit: number): FitCheckpoint | undefined {
    return readCheckpoint(this.#folder, fit);
  }

  /** What keeps a checkpoint from being written does not keep the training from going on. */
  save(fit: number, checkpoint: FitCheckpoint): void {
    if (this.#problem) return;
    try {
      saveCheckpoint(this.#folder, this.#training, fit, checkpoint);
    } catch (error) {
      const message = `No checkpoint could be written any more (${(error as Error).message}); broken off, it would have begun anew.`;
      this.#problem = { code: 'train.no_checkpoint', message };
    }
  }

  get warnings(): Problem[] {
    return this.#problem ? [this.#problem] : [];
  }
}
