import { GalleyError } from '../../base/errors.ts';
import { defaultObjective, type systemCalls } from '../../contract/monitor-system.ts';
import type { DeployPhase } from '../../deploy/index.ts';
import type { EngineContext, Handlers } from '../../jobs/context.ts';
import { SampleStore } from './sample-store.ts';
import { Sampler } from './sampler.ts';
import { systemOf, systemRange } from './system-report.ts';

export interface SystemWatch {
  handlers: Handlers<typeof systemCalls>;
  samples: SampleStore;
  sampler: Sampler;
}

/** Keeps the golden signals of all prediction servers, and answers what is asked of them. */
export function createSystemWatch(
  { database, clock, events }: Pick<EngineContext, 'database' | 'clock' | 'events'>,
  deploy: Pick<DeployPhase, 'find' | 'list' | 'askServer' | 'onStatus' | 'onState' | 'serverState'>,
): SystemWatch {
  const samples = new SampleStore(database);
  const sampler = new Sampler(deploy, samples, clock);
  const handlers: SystemWatch['handlers'] = {
    system: async ({ deployment, since, until, window }) => {
      const { id, name } = deploy.find(deployment);
      await sampler.look();
      const range = systemRange(clock.now(), { since: timeOf(since), until: timeOf(until), window });
      if (range.since >= range.until) {
        throw new GalleyError('monitor.invalid_range', `The range begins at ${since} and ends at ${until}.`, {
          details: { since, until },
        });
      }
      const { status } = deploy.serverState(id);
      return { deployment: name, state: status, ...systemOf(samples, id, range, clock.now()) };
    },
    objective: async ({ deployment, ...changes }) => {
      const { id, name } = deploy.find(deployment);
      const objective = { ...(samples.objective(id) ?? defaultObjective), ...changes };
      if (Object.keys(changes).length > 0) {
        samples.setObjective(id, objective);
        events.publish({ type: 'phase.changed', phase: 'monitor', subject: name });
      }
      return { objective };
    },
  };
  return { handlers, samples, sampler };
}

function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}
