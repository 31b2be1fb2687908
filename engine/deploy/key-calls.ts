import type { deployKeyCalls } from '../contract/deploy-keys.ts';
import type { EngineContext, Handlers } from '../jobs/context.ts';
import type { Deployments } from './deployments.ts';
import type { Fleet } from './fleet.ts';
import type { DeploymentKeys } from './keys.ts';
import { tellServer } from './served-change.ts';
import type { DeploymentSpec } from './store.ts';

export interface KeyParts {
  context: EngineContext;
  deployments: Deployments;
  fleet: Fleet;
  keys: DeploymentKeys;
}

/** One handler per call about API keys. A server that runs knows of a change before the call is answered. */
export function keyHandlers({ context, deployments, fleet, keys }: KeyParts): Handlers<typeof deployKeyCalls> {
  const changed = async (spec: DeploymentSpec) => {
    context.events.publish({ type: 'phase.changed', phase: 'deploy', subject: spec.name });
    await tellServer({ deployments, fleet }, spec);
  };
  return {
    createKey: async ({ deployment, name }) => {
      const spec = deployments.get(deployment);
      const made = keys.create(spec, name);
      await changed(spec);
      return made;
    },
    keys: async ({ deployment }) => {
      const { id } = deployments.get(deployment);
      await fleet.keepTraffic(id);
      return { keys: keys.list(id) };
    },
    revokeKey: async ({ deployment, key }) => {
      const spec = deployments.get(deployment);
      await fleet.keepTraffic(spec.id);
      const revoked = keys.revoke(spec, key);
      await changed(spec);
      return { key: revoked };
    },
  };
}
