import { isoTime } from '../../base/clock.ts';
import { GalleyError } from '../../base/errors.ts';
import type { ModelBinItem } from '../../contract/package-registry.ts';
import type { EngineContext } from '../../jobs/context.ts';
import { currentUser } from '../../store/user-name.ts';
import type { ModelStore } from '../store.ts';
import type { DeletedModel, DeletedModelVersion, VersionFiles } from './bin-store.ts';
import { type Hold, refuseHeld } from './holders.ts';
import { type Registry, type RegistrySubject, resolveSubject, subjectName } from './registry.ts';

/** What emptying the bin freed, or would free. */
export interface PurgedModels {
  versions: number;
  models: number;
  /** Bytes of files that nothing else needs. */
  bytes: number;
}

/** Models and versions that were deleted, until the bin is emptied. */
export class ModelBin {
  readonly #context: EngineContext;
  readonly #store: ModelStore;
  readonly #registry: Registry;

  constructor(context: EngineContext, store: ModelStore, registry: Registry) {
    this.#context = context;
    this.#store = store;
    this.#registry = registry;
  }

  /**
   * Puts a version or a whole model into the bin.
   * @throws GalleyError `package.in_use`, `package.last_version`, those of `resolveSubject`
   */
  delete(reference: string): { reference: string } {
    const subject = resolveSubject(this.#store, reference);
    const name = subjectName(subject);
    this.#change(subject, 'delete', () => {
      const { model, version } = subject;
      refuseHeld(name, 'deleted', this.#holdsOf(subject));
      const now = this.#context.clock.now();
      if (!version) return this.#store.bin.deleteModel(model.id, now);
      if (this.#store.versions(model.id).length === 1) throw lastVersion(model.name, name);
      this.#store.bin.deleteVersion(version.id, now);
    });
    return { reference: name };
  }

  /**
   * Takes a version or a model out of the bin.
   * @param reference as the bin lists it, or its id
   * @throws GalleyError `package.not_in_bin`, `package.name_taken`
   */
  restore(reference: string): { reference: string } {
    const { bin } = this.#store;
    const version = bin.versions().find((one) => [one.id, versionName(one)].includes(reference));
    const model = version ? undefined : bin.models().find(({ id, name }) => [id, name].includes(reference));
    if (version) {
      this.#record(version.modelId, version.version, 'restore', () => bin.deleteVersion(version.id, null));
      return { reference: versionName(version) };
    }
    if (!model) throw notInBin(reference, this.list());
    this.#record(model.id, null, 'restore', () => {
      if (this.#store.model(model.name)) throw nameTaken(model.name);
      bin.restoreModel(model.id, model.name);
    });
    return { reference: model.name };
  }

  /** What was deleted last comes first. */
  list(): ModelBinItem[] {
    const { bin } = this.#store;
    return [
      ...bin.models().map((model) => {
        const files = bin.filesOfModel(model.id);
        return modelItem(model, files.length, this.#bytesOf(files));
      }),
      ...bin.versions().map((version) => versionItem(version, this.#bytesOf(bin.filesOfVersion(version.id)))),
    ].sort((left, right) => right.deletedAt.localeCompare(left.deletedAt));
  }

  /** Removes what is in the bin for good; of what was deleted before a moment only. Its files go with the next sweep. */
  purge({ before = Number.POSITIVE_INFINITY, dryRun }: { before?: number; dryRun: boolean }): PurgedModels {
    const { bin } = this.#store;
    const isOld = ({ deletedAt }: { deletedAt: number }) => deletedAt < before;
    const models = bin.models().filter(isOld);
    const files = [
      ...models.flatMap(({ id }) => bin.filesOfModel(id)),
      ...bin
        .versions()
        .filter(isOld)
        .flatMap(({ id }) => bin.filesOfVersion(id)),
    ];
    const purged = { versions: files.length, models: models.length, bytes: this.#bytesOf(files) };
    if (dryRun || files.length + models.length === 0) return purged;
    this.#context.database.transaction(() => {
      for (const { id, hashes } of files) {
        bin.purgeVersion(id);
        this.#context.uses.removeAllOf({ kind: 'model_version', id });
        this.#context.blobs.release(...hashes);
      }
      for (const { id } of models) bin.purgeModel(id);
    });
    this.#publish();
    return purged;
  }

  #holdsOf(subject: RegistrySubject): Hold[] {
    const versions = subject.version ? [subject.version] : this.#store.versions(subject.model.id);
    const isRead = versions.some(({ onnxHash }) => this.#context.jobs.mentions(onnxHash.slice('sha256:'.length + 2)));
    return [
      ...this.#registry.holdsOf(subject),
      ...(isRead ? [{ words: 'a job that has not ended reads it', isLive: true }] : []),
    ];
  }

  /** Bytes of files that only these versions need. */
  #bytesOf(files: readonly VersionFiles[]): number {
    const among = new Set(files.map(({ id }) => id));
    const others = this.#store.bin.allFiles().filter(({ id }) => !among.has(id));
    const shared = new Set(others.flatMap((one) => one.hashes));
    const hashes = [...new Set(files.flatMap((one) => one.hashes))].filter((hash) => !shared.has(hash));
    return hashes.reduce((sum, hash) => {
      const row = this.#context.database.get<{ bytes: number }>('SELECT bytes FROM blobs WHERE hash = ?', hash);
      return sum + (row?.bytes ?? 0);
    }, 0);
  }

  #change({ model, version }: RegistrySubject, kind: 'delete' | 'restore', change: () => void): void {
    this.#record(model.id, version?.version ?? null, kind, change);
  }

  #record(modelId: string, version: number | null, kind: 'delete' | 'restore', change: () => void): void {
    const { database, clock } = this.#context;
    database.transaction(() => {
      change();
      const who = { by: currentUser(), at: clock.now() };
      this.#store.labels.record(modelId, { version, kind, before: null, after: null, ...who });
    });
    this.#publish();
  }

  #publish(): void {
    this.#context.events.publish({ type: 'phase.changed', phase: 'package' });
  }
}

function versionName({ model, version }: DeletedModelVersion): string {
  return `${model}@${version}`;
}

function modelItem({ id, name, deletedAt }: DeletedModel, versions: number, bytes: number): ModelBinItem {
  return { kind: 'model', id, reference: name, versions, bytes, deletedAt: isoTime(deletedAt) };
}

function versionItem(version: DeletedModelVersion, bytes: number): ModelBinItem {
  const { id, deletedAt } = version;
  return { kind: 'version', id, reference: versionName(version), versions: 1, bytes, deletedAt: isoTime(deletedAt) };
}

function lastVersion(model: string, reference: string): GalleyError {
  return new GalleyError('package.last_version', `${reference} is the only version of ${model}.`, {
    details: { reference, model },
  });
}

function notInBin(reference: string, items: readonly ModelBinItem[]): GalleyError {
  const there = items.map((item) => item.reference);
  const known = there.length === 0 ? 'The bin is empty.' : `In the bin: ${there.join(', ')}.`;
  return new GalleyError('package.not_in_bin', `${reference} is not in the bin. ${known}`, {
    details: { reference, items: there },
  });
}

function nameTaken(name: string): GalleyError {
  return new GalleyError('package.name_taken', `There is another model "${name}" now.`, { details: { name } });
}
