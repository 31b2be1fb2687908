import { existsSync, renameSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { GalleyError } from '../base/errors.ts';
import { Turns } from '../base/turns.ts';
import type { LabelRecord } from '../contract/serving.ts';
import type { EngineContext } from '../jobs/context.ts';
import { closeAbandoned, closedSegments, labelFolder } from '../serving/log-folder.ts';
import { openSegment } from '../serving/log-reader.ts';
import type { LogStore } from './log-store.ts';

/** Is called inside the transaction that takes the labels; what it throws leaves them where they are. */
export type LabelListener = (deploymentId: string, labels: readonly LabelRecord[]) => void;

/** Takes over the labels that prediction servers were sent. */
export class LabelSegments {
  readonly #context: EngineContext;
  readonly #store: LogStore;
  readonly #listeners: LabelListener[] = [];
  readonly #turns = new Turns();

  constructor(context: EngineContext, store: LogStore) {
    this.#context = context;
    this.#store = store;
  }

  onLabels(listener: LabelListener): void {
    this.#listeners.push(listener);
  }

  /**
   * Hands each closed segment to the listeners, once, and removes it; collections of one deployment run one after the other.
   * @param logFolder of the deployment
   */
  collect(deploymentId: string, logFolder: string): Promise<void> {
    return this.#turns.take(deploymentId, () => this.#collect(deploymentId, logFolder));
  }

  async #collect(deploymentId: string, logFolder: string): Promise<void> {
    const folder = labelFolder(logFolder);
    if (!existsSync(folder)) return;
    await closeAbandoned(folder);
    for (const segment of await closedSegments(folder)) await this.#take(deploymentId, segment);
  }

  async #take(deploymentId: string, segment: string): Promise<void> {
    const name = `labels/${basename(segment)}`;
    if (!this.#store.isTaken(deploymentId, name)) {
      const read = await readLabels(segment);
      if (read === null) return;
      this.#context.database.transaction(() => {
        for (const listener of this.#listeners) listener(deploymentId, read.labels);
        this.#store.addSegment(deploymentId, { name, rows: read.labels.length, tornBytes: read.tornBytes });
      });
    }
    rmSync(segment, { force: true });
  }
}

/** Null where the file is no segment: it is put aside then. */
async function readLabels(segment: string): Promise<{ labels: LabelRecord[]; tornBytes: number } | null> {
  try {
    const reader = await openSegment<LabelRecord>(segment);
    const labels = [...(reader?.records() ?? [])];
    return { labels, tornBytes: reader?.tornTail?.bytes ?? 0 };
  } catch (error) {
    if (!(error instanceof GalleyError && error.code === 'serving.log_format')) throw error;
    console.error(error.message);
    renameSync(segment, `${segment}.damaged`);
    return null;
  }
}
