import { GalleyError } from '../../base/errors.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { DataStore } from '../store.ts';
import { parseReference } from '../versions/references.ts';
import { requireDataset, resolveVersion } from '../versions/resolve.ts';
import type { HistoryStore } from './history-store.ts';
import { renameInFiles } from './rename-in-files.ts';

const tagPattern = /^[a-z][a-z0-9_-]{0,63}$/;

/** @throws GalleyError `data.invalid_tag` */
function checkTag(tag: string): void {
  if (tagPattern.test(tag) && tag !== 'latest') return;
  const reason =
    tag === 'latest' ? 'it names the newest version' : 'a tag begins with a letter and has a-z, 0-9, _ and - only';
  throw new GalleyError('data.invalid_tag', `"${tag}" cannot be a tag: ${reason}.`, { details: { tag } });
}

/** A dataset was given another name. */
export interface DatasetRenamed {
  id: string;
  from: string;
  to: string;
  /** Of all its versions, also of deleted ones. */
  versionIds: string[];
}

export type RenameListener = (renamed: DatasetRenamed) => void;

/** Tags, notes and names: labels, never keys. */
export class Labels {
  readonly #context: EngineContext;
  readonly #store: DataStore;
  readonly #history: HistoryStore;
  readonly #listeners: RenameListener[] = [];

  constructor(context: EngineContext, store: DataStore, history: HistoryStore) {
    this.#context = context;
    this.#store = store;
    this.#history = history;
  }

  /** The listener is called inside the transaction of every renaming; what it throws undoes it. */
  onRenamed(listener: RenameListener): void {
    this.#listeners.push(listener);
  }

  /** @throws GalleyError `data.invalid_tag`, those of `resolveVersion` */
  tag(reference: string, tag: string): { dataset: string; tag: string; version: number; previous: number | null } {
    checkTag(tag);
    const version = resolveVersion(this.#store, reference);
    const { dataset } = version;
    const previous = this.#history.transaction(() => {
      const before = this.#history.tagged(dataset.id, tag);
      if (before !== version.number) this.#history.setTag(dataset.id, tag, version, this.#context.clock.now());
      return before;
    });
    this.#changed();
    return { dataset: dataset.name, tag, version: version.number, previous };
  }

  /** @throws GalleyError `data.unknown_tag`, `data.unknown_dataset` */
  untag(name: string, tag: string): { dataset: string; tag: string; previous: number } {
    const dataset = requireDataset(this.#store, name);
    const previous = this.#history.transaction(() => {
      const before = this.#history.tagged(dataset.id, tag);
      if (before === null) {
        throw new GalleyError('data.unknown_tag', `No version of ${name} has the tag "${tag}".`, {
          details: { name, tag },
        });
      }
      this.#history.removeTag(dataset.id, tag, this.#context.clock.now());
      return before;
    });
    this.#changed();
    return { dataset: name, tag, previous };
  }

  /** @throws GalleyError those of `resolveVersion` */
  note(reference: string, note: string): { dataset: string; version: number | null; note: string } {
    const { name, selector } = parseReference(reference);
    if (selector.kind === 'latest' && !reference.includes('@')) {
      this.#history.setDatasetNote(requireDataset(this.#store, name).id, note);
      this.#changed();
      return { dataset: name, version: null, note };
    }
    const version = resolveVersion(this.#store, reference);
    this.#history.setVersionNote(version.id, note);
    this.#changed();
    return { dataset: name, version: version.number, note };
  }

  /** @throws GalleyError `data.unknown_dataset`, `data.name_taken` */
  rename(name: string, to: string): { dataset: string; previous: string } {
    const dataset = requireDataset(this.#store, name);
    if (name === to) return { dataset: to, previous: name };
    requireFreeName(this.#store, to);
    this.#history.transaction(() => {
      this.#history.setName(dataset.id, to);
      this.renamed(dataset.id, name, to);
    });
    this.#changed();
    return { dataset: to, previous: name };
  }

  /** Tells all who keep the name of a dataset that it has another; call it in the transaction that changes the name. */
  renamed(id: string, from: string, to: string): void {
    this.#history.recordRename(id, from, to, this.#context.clock.now());
    const versions = this.#history.allVersions(id);
    for (const version of versions) {
      this.#context.uses.relabel({ kind: 'dataset_version', id: version.id, label: `${to}@${version.number}` });
    }
    const renamed = { id, from, to, versionIds: versions.map((version) => version.id) };
    for (const listener of this.#listeners) listener(renamed);
    renameInFiles(this.#context.project.path, from, to);
  }

  /** Without a subject: nothing that waits for new rows of a dataset is to wake up. */
  #changed(): void {
    this.#context.events.publish({ type: 'phase.changed', phase: 'data' });
  }
}

/** @throws GalleyError `data.name_taken` */
export function requireFreeName(store: DataStore, name: string): void {
  if (!store.dataset(name)) return;
  throw new GalleyError('data.name_taken', `There is a dataset "${name}" already.`, { details: { name } });
}
