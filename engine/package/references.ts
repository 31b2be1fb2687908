import { GalleyError } from '../base/errors.ts';
import { suggestName } from '../base/nearest-name.ts';
import type { ModelStore, StoredModel, StoredVersion } from './store.ts';

/** The alias that a bare model name means where it is set. */
export const championAlias = 'champion';

/** Always the newest version that is not archived; no alias may have this name. */
export const latestAlias = 'latest';

const pattern = /^([a-z][a-z0-9_-]*)(?:@(?:(\d+)|([a-z][a-z0-9_-]*)))?$/;

export interface ResolvedModel {
  model: StoredModel;
  version: StoredVersion;
}

/**
 * `MODEL@3` is that version, `MODEL@alias` where the alias points, `MODEL` the champion, and without one the latest.
 * @throws GalleyError `package.invalid_reference`, `package.model_not_found`, `package.version_not_found`
 */
export function resolveModel(store: ModelStore, reference: string): ResolvedModel {
  const match = pattern.exec(reference);
  if (!match) {
    throw new GalleyError('package.invalid_reference', `"${reference}" is no reference to a model version.`, {
      details: { reference },
    });
  }
  const [, name = '', number, alias] = match;
  const model = requireModel(store, name);
  const aliases = store.aliases(model.id);
  const wanted = number === undefined ? versionOfAlias(store, model, aliases, alias) : Number(number);
  const version = wanted === undefined ? undefined : store.version(model.id, wanted);
  if (version) return { model, version };
  const newest = store.versions(model.id).at(-1)?.version ?? 0;
  const known = [
    newest === 1 ? 'version 1' : `versions 1 to ${newest}`,
    ...Object.keys(aliases).map((each) => `alias ${each}`),
  ].join(', ');
  throw new GalleyError('package.version_not_found', `There is no ${reference}; "${name}" has ${known}.`, {
    details: { reference, newest, aliases },
  });
}

function versionOfAlias(
  store: ModelStore,
  model: StoredModel,
  aliases: Record<string, number>,
  alias: string | undefined,
): number | undefined {
  const latest = () => store.latest(model.id)?.version;
  if (alias === undefined) return aliases[championAlias] ?? latest();
  return alias === latestAlias ? latest() : aliases[alias];
}

/** @throws GalleyError `package.model_not_found` */
export function requireModel(store: ModelStore, name: string): StoredModel {
  const model = store.model(name);
  if (model) return model;
  const names = store.models().map((known) => known.name);
  throw new GalleyError('package.model_not_found', `There is no model "${name}". ${suggestName(name, names)}`, {
    details: { name, names },
  });
}
