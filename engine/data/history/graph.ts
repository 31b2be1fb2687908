import { isoTime } from '../../base/clock.ts';
import type { HistoryVersion } from '../../contract/data-history.ts';
import type { DataStore, StoredDataset, StoredVersion } from '../store.ts';
import type { KeptDiffs } from '../versions/kept-diffs.ts';
import type { Bin } from './bin.ts';
import type { HistoryStore } from './history-store.ts';
import type { BlobUses } from './usage.ts';

/** What the graph of versions is made of. */
export interface GraphSources {
  store: DataStore;
  history: HistoryStore;
  bin: Bin;
  uses: BlobUses;
  diffs: KeptDiffs;
}

/**
 * The versions of a dataset, newest first, and beside them those of other datasets that they were made of or that were
 * made of them. Of a version that is deleted or gone, what is known stands there where a kept one was made of it.
 */
export function versionGraph(sources: GraphSources, dataset: StoredDataset): HistoryVersion[] {
  const { store } = sources;
  const own = store.versions(dataset);
  const shown = new Set(own.map(({ id }) => id));
  const parents = own.flatMap(({ id }) => ancestors(store, id));
  const children = own.flatMap(({ id }) => store.origins.children(id)).filter((id) => store.versionById(id));
  const beside = [...new Set([...parents, ...children])].filter((id) => !shown.has(id));
  const nodes = [
    ...own.map((version) => nodeOf(sources, version, 'kept')),
    ...beside.flatMap((id) => nodeById(sources, id) ?? []),
  ];
  // Ids sort by the time they were made (base/ids.ts).
  return nodes.sort((left, right) => (left.id < right.id ? 1 : -1));
}

/** What a version was made of; of one that is no longer there also what that was made of, so that no line ends in nothing. */
function ancestors(store: DataStore, id: string): string[] {
  const parents = store.origins.of(id)?.parents ?? [];
  return parents.flatMap((parent) => [parent, ...(store.versionById(parent) ? [] : ancestors(store, parent))]);
}

function nodeById(sources: GraphSources, id: string): HistoryVersion | undefined {
  const kept = sources.store.versionById(id);
  if (kept) return nodeOf(sources, kept, 'kept');
  const deleted = sources.store.versionById(id, { deleted: true });
  if (deleted) return nodeOf(sources, deleted, 'deleted');
  const gone = sources.history.purged(id);
  return (
    gone && {
      id,
      dataset: gone.dataset,
      version: gone.number,
      identity: gone.identity,
      rows: gone.rows,
      state: 'gone',
      origin: null,
      parents: [...(sources.store.origins.of(id)?.parents ?? [])],
      changes: null,
      rowsAdded: 0,
      bytes: 0,
      storage: null,
      ownBytes: 0,
      tags: [],
      note: '',
      usedBy: [],
      createdAt: null,
    }
  );
}

function storageOf({ manifest }: StoredVersion): HistoryVersion['storage'] {
  const { removed, inserted } = manifest.delta ?? { removed: 0, inserted: 0 };
  return { parts: 1 + manifest.parts.length, removed, inserted };
}

/** What a comparison with the first parent found, where one was made by the dataset's key. */
function comparedChanges(
  { store, diffs }: GraphSources,
  { identity, dataset }: StoredVersion,
  parentId: string | undefined,
): HistoryVersion['changes'] {
  const parent = parentId === undefined ? undefined : store.versionById(parentId);
  const subject = parent && { fromIdentity: parent.identity, toIdentity: identity, key: dataset.keyColumns };
  const rows = subject && diffs.find(subject)?.summary.rows;
  return rows ? { added: rows.added, removed: rows.removed, changed: rows.changed ?? 0 } : null;
}

function nodeOf(sources: GraphSources, version: StoredVersion, state: HistoryVersion['state']): HistoryVersion {
  const { store, history, bin, uses } = sources;
  const { id, dataset, number, identity, rows, rowsAdded, createdAt } = version;
  const origin = store.origins.of(id);
  return {
    id,
    dataset: dataset.name,
    version: number,
    identity,
    rows,
    state,
    origin: origin ? { kind: origin.kind, detail: origin.detail } : null,
    parents: [...(origin?.parents ?? [])],
    changes: origin?.rows ?? comparedChanges(sources, version, origin?.parents[0]),
    rowsAdded,
    ...uses.of(id),
    storage: storageOf(version),
    tags: history.tags(dataset.id).get(id) ?? [],
    note: history.noteOfVersion(id),
    usedBy: bin.usersOfVersion(version),
    createdAt: isoTime(createdAt),
  };
}
