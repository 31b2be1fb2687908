import type { profileCalls } from '../../contract/monitor-profiles.ts';
import type { EngineContext, Handlers } from '../../jobs/context.ts';
import { timeRange } from '../time-range.ts';
import { type ElsewhereSources, importProfile, listElsewhere, removeElsewhere } from './elsewhere.ts';
import { ownDocument } from './own-document.ts';

/** One handler per call of profiles. @param collect brings all that was answered until now into the sums */
export function profileHandlers(
  context: EngineContext,
  sources: ElsewhereSources,
  collect: (deploymentId: string) => Promise<void>,
): Handlers<typeof profileCalls> {
  const changed = (subject: string) => context.events.publish({ type: 'phase.changed', phase: 'monitor', subject });
  return {
    profile: async ({ deployment, sign = false, ...range }) => {
      const spec = sources.deploy.find(deployment);
      await collect(spec.id);
      const how = { instance: context.project.id, now: context.clock.now(), isSigned: sign };
      return { profile: await ownDocument(sources, spec, timeRange(range), how) };
    },
    importProfile: async (input) => {
      const found = await importProfile(sources, input);
      changed(found.elsewhere.name);
      return found;
    },
    elsewhere: async ({ deployment }) => ({ elsewhere: listElsewhere(sources, deployment) }),
    removeElsewhere: async ({ deployment, name }) => {
      await removeElsewhere(sources, deployment, name);
      changed(name);
      return { name };
    },
  };
}
