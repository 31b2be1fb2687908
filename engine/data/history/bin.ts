import { isoTime } from '../../base/clock.ts';
import { GalleyError } from '../../base/errors.ts';
import type { BinItem, DataUser } from '../../contract/data-history.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { DataStore, StoredDataset, StoredVersion } from '../store.ts';
import { parseReference } from '../versions/references.ts';
import { requireDataset, resolveVersion } from '../versions/resolve.ts';
import type { DeletedDataset, DeletedVersion, HistoryStore } from './history-store.ts';
import { type Labels, requireFreeName } from './labels.ts';
import { BlobUses } from './usage.ts';
import { allUsersOf, usersInWords } from './users.ts';

/** What was deleted, until the bin is emptied. */
export class Bin {
  readonly #context: EngineContext;
  readonly #store: DataStore;
  readonly #history: HistoryStore;
  readonly #labels: Labels;

  constructor(context: EngineContext, store: DataStore, history: HistoryStore, labels: Labels) {
    this.#context = context;
    this.#store = store;
    this.#history = history;
    this.#labels = labels;
  }

  /** Who would miss a version: who uses it, and versions of other datasets that were made of it. */
  usersOfVersion(version: { id: string; dataset: { id: string } }): DataUser[] {
    const derived = this.#store.origins.children(version.id).flatMap((id) => {
      const child = this.#store.versionById(id);
      const isOther = child !== undefined && child.dataset.id !== version.dataset.id;
      return isOther ? [{ kind: 'dataset_version', id, label: `${child.dataset.name}@${child.number}` }] : [];
    });
    return [...allUsersOf(this.#context.uses, [{ kind: 'dataset_version', id: version.id }]), ...derived];
  }

  /**
   * Puts a version or a dataset into the bin.
   * @throws GalleyError `data.in_use`, `data.last_version`, those of `resolveVersion`
   */
  delete(reference: string, force: boolean): BinItem {
    const item = reference.includes('@')
      ? this.#deleteVersion(resolveVersion(this.#store, reference), force)
      : this.#deleteDataset(requireDataset(this.#store, parseReference(reference).name), force);
    this.#changed();
    return item;
  }

  list(): BinItem[] {
    const uses = new BlobUses(this.#context.database);
    return [
      ...this.#history.deletedDatasets().map((dataset) => this.#datasetItem(dataset, uses)),
      ...this.#history.deletedVersions().map((version) => this.#versionItem(version, uses)),
    ].sort((left, right) => right.deletedAt.localeCompare(left.deletedAt));
  }

  /**
   * Takes a version or a dataset out of the bin.
   * @param reference as the bin lists it, or its id
   * @throws GalleyError `data.not_in_bin`, `data.name_taken`
   */
  restore(reference: string, name: string | undefined): { kind: BinItem['kind']; reference: string } {
    const version = this.#history
      .deletedVersions()
      .find((one) => one.id === reference || `${one.dataset}@${one.number}` === reference);
    const dataset = version
      ? undefined
      : this.#history.deletedDatasets().find((one) => [one.id, one.name].includes(reference));
    if (!version && !dataset) {
      const there = this.list().map((item) => item.reference);
      const known = there.length === 0 ? 'The bin is empty.' : `In the bin: ${there.join(', ')}.`;
      throw new GalleyError('data.not_in_bin', `${reference} is not in the bin. ${known}`, {
        details: { reference, items: there },
      });
    }
    const restored = version ? this.#restoreVersion(version) : this.#restoreDataset(dataset as DeletedDataset, name);
    this.#changed();
    return restored;
  }

  /** Ids of everything that emptying the bin removes; of what was deleted before a moment only. */
  contents(before = Number.POSITIVE_INFINITY): { versionIds: string[]; datasetIds: string[] } {
    const datasets = this.#history.deletedDatasets().filter(({ deletedAt }) => deletedAt < before);
    const versions = this.#history.deletedVersions().filter(({ deletedAt }) => deletedAt < before);
    return {
      datasetIds: datasets.map(({ id }) => id),
      versionIds: [
        ...datasets.flatMap(({ id }) => this.#history.allVersions(id).map((version) => version.id)),
        ...versions.map(({ id }) => id),
      ],
    };
  }

  #deleteVersion(version: StoredVersion, force: boolean): BinItem {
    const name = `${version.dataset.name}@${version.number}`;
    if (this.#store.versions(version.dataset).length === 1) {
      throw new GalleyError('data.last_version', `${name} is the only version of ${version.dataset.name}.`, {
        details: { reference: name },
        hint: `Delete the dataset instead: galley data delete ${version.dataset.name}`,
      });
    }
    const users = this.usersOfVersion(version);
    if (!force) refuseUsed(name, users);
    const deletedAt = this.#context.clock.now();
    this.#history.deleteVersion(version.id, deletedAt);
    const { id, number, rows, dataset } = version;
    return this.#versionItem(
      { id, dataset: dataset.name, number, rows, deletedAt },
      new BlobUses(this.#context.database),
    );
  }

  #deleteDataset(dataset: StoredDataset, force: boolean): BinItem {
    if (!force) refuseUsed(dataset.name, this.#usersOfDataset(dataset));
    const deletedAt = this.#context.clock.now();
    this.#history.deleteDataset(dataset.id, deletedAt);
    return this.#datasetItem({ id: dataset.id, name: dataset.name, deletedAt }, new BlobUses(this.#context.database));
  }

  #usersOfDataset(dataset: { id: string }): DataUser[] {
    const versions = this.#history.allVersions(dataset.id).map(({ id }) => ({ id, dataset }));
    const all = [
      ...versions.flatMap((version) => this.usersOfVersion(version)),
      ...allUsersOf(this.#context.uses, [{ kind: 'dataset', id: dataset.id }]),
    ];
    return [...new Map(all.map((user) => [user.id, user])).values()];
  }

  #restoreVersion({ id, dataset, number }: DeletedVersion) {
    this.#history.restoreVersion(id);
    return { kind: 'version' as const, reference: `${dataset}@${number}` };
  }

  #restoreDataset({ id, name: former }: DeletedDataset, name: string | undefined) {
    const wanted = name ?? former;
    this.#history.transaction(() => {
      requireFreeName(this.#store, wanted);
      this.#history.restoreDataset(id, wanted);
      if (wanted !== former) this.#labels.renamed(id, former, wanted);
    });
    return { kind: 'dataset' as const, reference: wanted };
  }

  #datasetItem({ id, name, deletedAt }: DeletedDataset, uses: BlobUses): BinItem {
    const versions = this.#history.allVersions(id);
    return {
      kind: 'dataset',
      id,
      reference: name,
      versions: versions.length,
      rows: versions[0]?.rows ?? 0,
      bytes: uses.of(...versions.map((version) => version.id)).ownBytes,
      deletedAt: isoTime(deletedAt),
      usedBy: this.#usersOfDataset({ id }),
    };
  }

  #versionItem({ id, dataset, number, rows, deletedAt }: DeletedVersion, uses: BlobUses): BinItem {
    return {
      kind: 'version',
      id,
      reference: `${dataset}@${number}`,
      versions: 1,
      rows,
      bytes: uses.of(id).ownBytes,
      deletedAt: isoTime(deletedAt),
      usedBy: this.usersOfVersion({ id, dataset: { id: this.#store.dataset(dataset)?.id ?? '' } }),
    };
  }

  #changed(): void {
    this.#context.events.publish({ type: 'phase.changed', phase: 'data' });
  }
}

function refuseUsed(reference: string, users: readonly DataUser[]): void {
  if (users.length === 0) return;
  throw new GalleyError('data.in_use', `${reference} is used by ${usersInWords(users)}.`, {
    details: { reference, usedBy: users },
  });
}
