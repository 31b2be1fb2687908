import { GalleyError } from '../../base/errors.ts';
import type { DataStore, StoredDataset, StoredVersion } from '../store.ts';
import { parseReference, type Selector } from './references.ts';

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

function selected(store: DataStore, dataset: StoredDataset, selector: Selector): StoredVersion | undefined {
  switch (selector.kind) {
    case 'latest':
      return store.latest(dataset);
    case 'number':
      return store.versionByNumber(dataset, selector.number);
    case 'identity':
      return store.versionByIdentity(dataset, selector.identity);
    case 'tag':
      return store.versionByTag(dataset, selector.tag);
  }
}

/** The version that a reference names. @throws GalleyError `data.invalid_reference`, `data.unknown_dataset`, `data.unknown_version` */
export function resolveVersion(store: DataStore, reference: string): StoredVersion {
  const { name, selector } = parseReference(reference);
  const dataset = requireDataset(store, name);
  const version = selected(store, dataset, selector);
  if (version) return version;
  const newest = store.latest(dataset)?.number ?? 0;
  throw new GalleyError('data.unknown_version', `There is no ${reference}; the newest version is ${name}@${newest}.`, {
    details: { reference, newest },
  });
}
