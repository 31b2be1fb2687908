import type { OutputOf } from '../contract/call.ts';
import type { streamCalls } from '../contract/deploy-streams.ts';
import type { Handlers } from '../jobs/context.ts';
import type { DeployParts } from './calls.ts';
import { tellServer } from './served-change.ts';
import type { DeploymentSpec } from './store.ts';

/** One handler per call about streams. */
export function streamHandlers(parts: DeployParts): Handlers<typeof streamCalls> {
  const { deployments, streams } = parts;
  return {
    streams: ({ deployment }) => list(parts, deployments.get(deployment)),
    setStream: async ({ deployment, stream, secret }) => {
      const spec = deployments.get(deployment);
      await streams.set(spec.id, stream, secret);
      return changed(parts, spec);
    },
    removeStream: async ({ deployment, name }) => {
      const spec = deployments.get(deployment);
      await streams.remove(spec.id, name);
      return changed(parts, spec);
    },
  };
}

async function changed(parts: DeployParts, spec: DeploymentSpec) {
  parts.context.events.publish({ type: 'phase.changed', phase: 'deploy', subject: spec.name });
  await tellServer(parts, spec);
  return list(parts, spec);
}

async function list(
  { fleet, streams }: DeployParts,
  spec: DeploymentSpec,
): Promise<OutputOf<typeof streamCalls.streams>> {
  const live = await fleet
    .client(spec.id)
    ?.status()
    .catch(() => null);
  return { deployment: spec.name, streams: await streams.list(spec.id, live?.streams ?? []) };
}
