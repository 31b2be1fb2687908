import type { OutputOf } from '../contract/call.ts';
import type { deployKeyCalls } from '../contract/deploy-keys.ts';
import type { EngineContext, Handlers } from '../jobs/context.ts';
import type { Deployments } from './deployments.ts';
import type { Fleet } from './fleet.ts';
import type { DeploymentKeys } from './keys.ts';
import { changeServed, tellServer } from './served-change.ts';
import type { DeploymentSpec } from './store.ts';

export interface KeyParts {
  context: EngineContext;
  deployments: Deployments;
  fleet: Fleet;
  keys: DeploymentKeys;
}

type CreatedKey = OutputOf<typeof deployKeyCalls.createKey>;

/** One handler per call about API keys. A server that runs knows of a change before the call is answered. */
export function keyHandlers({ context, deployments, fleet, keys }: KeyParts): Handlers<typeof deployKeyCalls> {
  const publish = ({ name }: DeploymentSpec) =>
    context.events.publish({ type: 'phase.changed', phase: 'deploy', subject: name });
  return {
    createKey: async ({ deployment, name }) => {
      const spec = deployments.get(deployment);
      let made: CreatedKey | undefined;
      await changeServed({ deployments, fleet }, spec, {
        part: 'settings',
        make: () => {
          made = keys.create(spec, name);
        },
        undo: async () => keys.remove((made as CreatedKey).key.id),
      });
      publish(spec);
      return made as CreatedKey;
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
      await tellServer({ deployments, fleet }, spec);
      return { key: revoked };
    },
  };
}
