import type { Clock } from '../base/clock.ts';
import { GalleyError } from '../base/errors.ts';
import type { ServedVersion } from '../contract/serving.ts';
import type { BatchLimits } from './batcher.ts';
import { type LoadedModel, loadModel } from './model.ts';

/** Holds the version that answers, and swaps it for another without a gap. */
export class ActiveModel {
  readonly #known: Map<number, ServedVersion>;
  readonly #batch: () => BatchLimits;
  readonly #observe: (rows: number) => void;
  readonly #clock: Clock;
  #model: LoadedModel | null = null;
  #since = 0;
  #turn: Promise<unknown> = Promise.resolve();

  /**
   * @param batch asked for each batch
   * @param observe is told the rows of each batch
   */
  constructor(
    versions: readonly ServedVersion[],
    batch: () => BatchLimits,
    observe: (rows: number) => void,
    clock: Clock,
  ) {
    this.#known = new Map(versions.map((served) => [served.version, served]));
    this.#batch = batch;
    this.#observe = observe;
    this.#clock = clock;
  }

  /** Null until the first version is loaded. */
  get model(): LoadedModel | null {
    return this.#model;
  }

  /** Epoch milliseconds at which the active version became so; 0 before the first. */
  get since(): number {
    return this.#since;
  }

  /**
   * Loads and warms a version, then lets it answer all further requests. Rows that the version before has taken are
   * still answered by it; it is released after the last of them. On failure everything stays as it is.
   * @param versions are added to the known ones
   * @throws GalleyError `serving.unknown_version`, `serving.model_unreadable`, `serving.model_mismatch`, `serving.model_failed`
   */
  activate(version: number, versions: readonly ServedVersion[] = []): Promise<void> {
    const done = this.#turn.then(() => this.#activate(version, versions));
    this.#turn = done.catch(() => {});
    return done;
  }

  async #activate(version: number, versions: readonly ServedVersion[]): Promise<void> {
    for (const served of versions) this.#known.set(served.version, served);
    const before = this.#model;
    if (before?.version === version) return;
    const served = this.#known.get(version);
    if (!served) {
      const known = [...this.#known.keys()];
      throw new GalleyError(
        'serving.unknown_version',
        `There is no version ${version} here, only ${known.join(', ')}.`,
        {
          details: { version, known },
        },
      );
    }
    this.#model = await loadModel(served, this.#batch, this.#observe);
    this.#since = this.#clock.now();
    before?.release().catch((error: Error) => process.emitWarning(error));
  }
}
