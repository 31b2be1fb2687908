import type { Hold, Holder } from '../package/index.ts';
import type { Deployments } from './deployments.ts';
import type { DeploymentSpec } from './store.ts';
import { bareAlias } from './versions.ts';
import type { FolderWatch, WatchStore } from './watch/watch-store.ts';

/** Whether something is kept of the rows that a version answered. */
export type RowKeeper = (deploymentId: string, version: number) => boolean;

/** What deployments and watched folders need of the registry. */
export function deployHolder(deployments: Deployments, watches: WatchStore, keepsRows: RowKeeper): Holder {
  const ofModel = (model: string) => deployments.store.list().filter((spec) => spec.model === model);
  const watchesOf = (model: string) => watches.list().filter(({ reference }) => reference.split('@')[0] === model);
  const scored = ({ name }: FolderWatch): Hold => ({ words: `the files of ${name} are scored with it`, isLive: true });
  return {
    ofVersion: (model, version) => [
      ...ofModel(model).flatMap((spec) => holdOfVersion(deployments, keepsRows, spec, version)),
      ...watchesOf(model)
        .filter(({ reference }) => reference === `${model}@${version}`)
        .map(scored),
    ],
    ofAlias: (model, alias) => [
      ...deployments.store
        .followers(model, alias)
        .map(({ name, wanted }) => ({ words: `the deployment ${name} follows it`, isLive: wanted === 'running' })),
      ...watchesOf(model)
        .filter(({ reference }) => (reference.split('@')[1] ?? bareAlias) === alias)
        .map(scored),
    ],
    ofModel: (model) => [
      ...ofModel(model).map(({ name, wanted }) => ({
        words: wanted === 'running' ? `the deployment ${name} serves it` : `the deployment ${name} is of it`,
        isLive: wanted === 'running',
      })),
      ...watchesOf(model).map(scored),
    ],
  };
}

function holdOfVersion(
  { store, traffic }: Deployments,
  keepsRows: RowKeeper,
  spec: DeploymentSpec,
  version: number,
): Hold[] {
  const { canary, shadow } = traffic.of(spec.id);
  const hold = (words: string, isLive: boolean) => [{ words: `the deployment ${spec.name} ${words}`, isLive }];
  if (spec.version === version) return hold('serves it', true);
  if (canary?.version === version) return hold('has it as its canary', true);
  if (shadow === version) return hold('has it as its shadow', true);
  if (store.releases(spec.id).some((release) => release.version === version))
    return hold('served it, and its prediction log, its monitor and its way back need it', false);
  return keepsRows(spec.id, version) ? hold('has answers of it in its prediction log or its profiles', false) : [];
}
