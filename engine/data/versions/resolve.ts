import { GalleyError } from '../../base/errors.ts';
import type { DataStore, StoredDataset, StoredVersion } from '../store.ts';
import { parseReference } from './references.ts';

/** The dataset of that name. @throws GalleyError `data.unknown_dataset` */
export function requireDataset(store: DataStore, name: string): StoredDataset {
  const dataset = store.dataset(name);
  if (dataset) return dataset;
  const names = store.datasets().map((known) => known.name);
  const known = names.length === 0 ? 'There is none yet.' : `There are: ${names.join(', ')}.`;
  throw new GalleyError('data.unknown_dataset', `There is no dataset "${name}". ${known}`, {
    details: { name, names },
  });
}

/** The version that a reference names. @throws GalleyError `data.invalid_reference`, `data.unknown_dataset`, `data.unknown_version` */
export function resolveVersion(store: DataStore, reference: string): StoredVersion {
  const { name, selector } = parseReference(reference);
  const dataset = requireDataset(store, name);
  const version =
    selector.kind === 'latest'
      ? store.latest(dataset)
      : selector.kind === 'number'
        ? store.versionByNumber(dataset, selector.number)
        : store.versionByIdentity(dataset, selector.identity);
  if (version) return version;
  const newest = store.latest(dataset)?.number ?? 0;
  throw new GalleyError('data.unknown_version', `There is no ${reference}; the newest version is ${name}@${newest}.`, {
    details: { reference, newest },
  });
}
