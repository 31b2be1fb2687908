import type { Descendant, DescendantSource } from '../package/index.ts';
import type { Deployments } from './deployments.ts';
import type { DeploymentSpec } from './store.ts';

/** Deployments that came of a model version, with what each has of it. */
export function deploymentsOf(deployments: Deployments): DescendantSource {
  return ({ kind, name, version }) => {
    if (kind !== 'version' || name === null || version === null) return [];
    return deployments.store
      .list()
      .filter(({ model }) => model === name)
      .flatMap((spec) => {
        const label = roleOf(deployments, spec, version);
        return label === undefined ? [] : [{ node: describeDeployment(spec), label }];
      });
  };
}

function roleOf(
  { store, traffic }: Deployments,
  { id, version: active }: DeploymentSpec,
  version: number,
): string | undefined {
  const { canary, shadow } = traffic.of(id);
  if (active === version) return 'serves it';
  if (canary?.version === version) return `canary at ${canary.percent} %`;
  if (shadow === version) return 'shadow';
  return store.releases(id).some((release) => release.version === version) ? 'served it before' : undefined;
}

function describeDeployment({ id, name, follows, wanted }: DeploymentSpec): Descendant['node'] {
  return {
    id: `deployment:${id}`,
    kind: 'deployment',
    title: name,
    lines: [wanted === 'running' ? 'on' : 'off', follows === null ? 'pinned' : `follows ${follows}`],
    name,
    version: null,
  };
}
