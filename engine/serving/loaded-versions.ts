import { GalleyError } from '../base/errors.ts';
import type { ServedVersion } from '../contract/serving.ts';
import type { VersionStatus } from '../contract/traffic.ts';
import type { BatchLimits } from './batcher.ts';
import { type LoadedModel, type LongestRun, loadModel } from './model.ts';

/** How versions are loaded. */
export interface ModelLoading {
  /** Asked for each batch. */
  batch(): BatchLimits;
  /** Is told the rows of each batch. */
  observe(rows: number): void;
  /** A version whose runs are longer gets a thread of its own. */
  longest?: LongestRun;
}

/** The versions of a model that a server holds in memory. */
export class LoadedVersions {
  readonly #known: Map<number, ServedVersion>;
  readonly #loading: ModelLoading;
  readonly #states = new Map<number, VersionStatus['state']>();
  #loaded: ReadonlyMap<number, LoadedModel> = new Map();
  /** Those that are loaded, and those that answer the last of what they began. */
  readonly #held = new Set<LoadedModel>();
  /** What is being loaded. */
  #pending: Promise<unknown> = Promise.resolve();

  constructor(versions: readonly ServedVersion[], loading: ModelLoading) {
    this.#known = new Map(versions.map((served) => [served.version, served]));
    this.#loading = loading;
  }

  /** Where the files of all known versions lie. */
  get known(): ServedVersion[] {
    return [...this.#known.values()];
  }

  get(version: number): LoadedModel | undefined {
    return this.#loaded.get(version);
  }

  /** Also of those that come and go, by version. */
  states(): [number, VersionStatus['state']][] {
    return [...this.#states].sort(([one], [other]) => one - other);
  }

  /**
   * Loads and warms what is wanted and missing, then calls `commit`, then releases what is not wanted any more after the
   * last use of it. On failure everything stays as it is. One call at a time.
   * @param versions are added to the known ones
   * @throws GalleyError `serving.unknown_version`, `serving.model_unreadable`, `serving.model_tampered`, `serving.model_mismatch`, `serving.model_failed`
   */
  async want(wanted: ReadonlySet<number>, versions: readonly ServedVersion[], commit: () => void): Promise<void> {
    for (const served of versions) this.#known.set(served.version, served);
    const before = this.#loaded;
    const missing = [...wanted].filter((version) => !before.has(version));
    const loading = this.#loadAll(missing.map((version) => this.#served(version)));
    this.#pending = loading.catch(() => {});
    const added = await loading;
    const kept = [...before].filter(([version]) => wanted.has(version));
    this.#loaded = new Map([...kept, ...added.map((model) => [model.version, model] as const)]);
    commit();
    for (const [version, model] of before) if (!wanted.has(version)) void this.#release(model);
  }

  /** Resolves when no thread of a version is left. */
  async stop(): Promise<void> {
    await this.#pending;
    await Promise.all([...this.#held].map((model) => model.stop()));
  }

  #served(version: number): ServedVersion {
    const served = this.#known.get(version);
    if (served) return served;
    const known = [...this.#known.keys()];
    throw new GalleyError('serving.unknown_version', `There is no version ${version} here, only ${known.join(', ')}.`, {
      details: { version, known },
    });
  }

  /** All, or none of them. */
  async #loadAll(served: ServedVersion[]): Promise<LoadedModel[]> {
    const models: LoadedModel[] = [];
    const { batch, observe, longest } = this.#loading;
    try {
      for (const one of served) {
        this.#states.set(one.version, 'loading');
        const model = await loadModel(one, batch, observe, longest);
        this.#held.add(model);
        models.push(model);
      }
    } catch (error) {
      for (const { version } of served) this.#states.delete(version);
      await Promise.all(models.map((model) => this.#free(model)));
      throw error;
    }
    for (const { version } of served) this.#states.set(version, 'ready');
    return models;
  }

  #free(model: LoadedModel): Promise<void> {
    return model.release().finally(() => this.#held.delete(model));
  }

  async #release(model: LoadedModel): Promise<void> {
    const { version } = model;
    this.#states.set(version, 'unloading');
    await this.#free(model).catch((error: Error) => process.emitWarning(error));
    if (!this.#loaded.has(version)) this.#states.delete(version);
  }
}
