import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileBytes } from '../../base/file-bytes.ts';
import type { SweepState } from '../../contract/train-sweeps.ts';
import type { SweepStore } from './store.ts';

const resumable: readonly SweepState[] = ['paused', 'canceled', 'interrupted'];

/** Where searches keep what their trials said of the folds (`KeptAnswers`), a folder a search. No part of a backup. */
export class AnswerFolders {
  readonly #folder: string;
  readonly #sweeps: Pick<SweepStore, 'find'>;

  constructor(folder: string, sweeps: Pick<SweepStore, 'find'>) {
    this.#folder = folder;
    this.#sweeps = sweeps;
  }

  place(sweepId: string): string {
    return join(this.#folder, sweepId);
  }

  /** Bytes that were freed. */
  remove(sweepId: string): number {
    const bytes = fileBytes(this.place(sweepId));
    rmSync(this.place(sweepId), { recursive: true, force: true });
    return bytes;
  }

  /**
   * Removes what belongs to no running search, and answers its bytes: one that goes on later chooses its blend among the
   * trials that come then.
   * @param before only of searches that ended before, in UTC epoch milliseconds.
   */
  purge({ before = Number.POSITIVE_INFINITY, dryRun }: { before?: number; dryRun: boolean }): number {
    const ids = this.#ended().flatMap(({ id, finishedAt }) => (finishedAt < before ? [id] : []));
    return ids.reduce((sum, id) => sum + (dryRun ? fileBytes(this.place(id)) : this.remove(id)), 0);
  }

  /** Removes what a crash left of searches that do not go on. */
  removeLeftovers(): void {
    for (const { id, state } of this.#ended()) if (state === undefined || !resumable.includes(state)) this.remove(id);
  }

  /** Of searches that do not run; those that nobody knows any more ended long ago. */
  #ended(): { id: string; state?: SweepState; finishedAt: number }[] {
    if (!existsSync(this.#folder)) return [];
    return readdirSync(this.#folder).flatMap((id) => {
      const sweep = this.#sweeps.find(id);
      if (sweep === undefined) return [{ id, finishedAt: Number.NEGATIVE_INFINITY }];
      const { state, finishedAt } = sweep;
      return finishedAt === null ? [] : [{ id, state, finishedAt }];
    });
  }
}
