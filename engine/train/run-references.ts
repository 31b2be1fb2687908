import { GalleyError } from '../base/errors.ts';
import type { RunStore, StoredRun } from './store.ts';

/** By id or number. @throws GalleyError `train.run_not_found` */
export function requireRun(store: RunStore, reference: string): StoredRun {
  return store.find(reference) ?? refuse(reference);
}

/** Number and id of a run, without reading all of it. @throws GalleyError `train.run_not_found` */
export function requireName(store: RunStore, reference: string): { number: number; id: string } {
  return store.nameOf(reference) ?? refuse(reference);
}

function refuse(reference: string): never {
  throw new GalleyError('train.run_not_found', `There is no run "${reference}".`, { details: { run: reference } });
}
