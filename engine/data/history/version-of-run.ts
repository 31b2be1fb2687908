import { isoTime } from '../../base/clock.ts';
import { GalleyError } from '../../base/errors.ts';
import type { DataStore, StoredVersion } from '../store.ts';
import type { HistoryStore } from './history-store.ts';

/**
 * The version that a run was made of; where it was deleted another one with the same rows, of whatever dataset.
 * @throws GalleyError `data.deleted_version`, `data.purged_version`
 */
export function versionOfRun(store: DataStore, history: HistoryStore, id: string, identity: string): StoredVersion {
  const version = store.versionById(id) ?? store.anyVersionByIdentity(identity);
  if (version) return version;
  const deleted = store.versionById(id, { deleted: true });
  if (deleted) {
    const name = `${deleted.dataset.name}@${deleted.number}`;
    const isDataset = history.deletedDatasets().some((dataset) => dataset.id === deleted.dataset.id);
    throw new GalleyError('data.deleted_version', `${name} was deleted and is in the bin.`, {
      details: { version: name, identity },
      hint: `Restore it: galley data restore ${isDataset ? deleted.dataset.name : name}`,
    });
  }
  const gone = history.purged(id);
  const name = gone ? `${gone.dataset}@${gone.number}` : identity;
  const since = gone ? ` on ${isoTime(gone.purgedAt).slice(0, 10)}` : '';
  throw new GalleyError('data.purged_version', `${name} was deleted and removed from the disk${since}.`, {
    details: { version: name, identity },
  });
}
