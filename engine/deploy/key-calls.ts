import type { deployKeyCalls } from '../contract/deploy-keys.ts';
import type { EngineContext, Handlers } from '../jobs/context.ts';
import type { DeploymentKeys } from './keys.ts';
import { type ChangeParts, changeServed, tellServer } from './served-change.ts';
import type { DeploymentSpec } from './store.ts';

export interface KeyParts extends ChangeParts {
  context: EngineContext;
  keys: DeploymentKeys;
}

/** One handler per call about API keys. A server that runs knows of a change before the call is answered. */
export function keyHandlers(parts: KeyParts): Handlers<typeof deployKeyCalls> {
  const { context, deployments, fleet, keys } = parts;
  const publish = ({ name }: DeploymentSpec) =>
    context.events.publish({ type: 'phase.changed', phase: 'deploy', subject: name });
  return {
    createKey: async ({ deployment, name }) => {
      const spec = deployments.get(deployment);
      const made = await changeServed(parts, spec.id, () => ({
        part: 'settings',
        make: () => keys.create(spec, name),
        undo: (_, { key }) => keys.remove(key.id),
      }));
      publish(spec);
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
      publish(spec);
      await tellServer(parts, spec);
      return { key: revoked };
    },
  };
}
