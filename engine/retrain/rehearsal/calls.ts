import { isoTime } from '../../base/clock.ts';
import type { OutputOf } from '../../contract/call.ts';
import type { retrainCalls } from '../../contract/retrain.ts';
import type { Rehearsal, rehearsalCalls } from '../../contract/retrain-rehearsal.ts';
import type { EngineContext, Handlers } from '../../jobs/context.ts';
import type { DirectedPhases } from '../step-tools.ts';
import type { RetrainStore } from '../store.ts';
import { adoptPolicy, requireRehearsal } from './adopt.ts';
import { planRehearsal } from './plan-rehearsal.ts';
import { RehearsalStore } from './rehearsal-store.ts';
import type { RehearseOutput } from './rehearse-job.ts';

export interface RehearsalSources {
  context: EngineContext;
  store: RetrainStore;
  phases: DirectedPhases;
  /** The calls of the phase that adopting a policy makes. */
  handlers(): Pick<Handlers<typeof retrainCalls>, 'add' | 'schedule'>;
}

/** One handler per call about rehearsals. */
export function rehearsalHandlers({
  context,
  store,
  phases,
  handlers,
}: RehearsalSources): Handlers<typeof rehearsalCalls> {
  const rehearsals = new RehearsalStore(context.database);
  phases.data.onRenamed(({ from, to }) => rehearsals.renameDataset(from, to));
  return {
    rehearse: async (wish) => {
      const { model, dataset, limits, input } = await planRehearsal({ phases, store, engine: context.version }, wish);
      return context.jobs.submit<RehearseOutput, OutputOf<typeof rehearsalCalls.rehearse>>({
        kind: 'retrain.rehearse',
        title: `Rehearse ${model} on ${dataset}`,
        input,
        commit: (output) => {
          const now = context.clock.now();
          const known = { id: context.newId('reh'), createdAt: isoTime(now), model, dataset, adopted: null };
          const rehearsal: Rehearsal = { ...known, ...output, limits };
          rehearsals.save(model, rehearsal, now);
          context.events.publish({ type: 'phase.changed', phase: 'retrain', subject: rehearsal.id });
          return { rehearsal };
        },
      });
    },
    rehearsals: async ({ model }) => ({ rehearsals: rehearsals.list(model) }),
    rehearsal: async ({ rehearsal }) => ({ rehearsal: requireRehearsal(rehearsals, rehearsal) }),
    adopt: (input) => {
      const { timeZone: timezone } = Intl.DateTimeFormat().resolvedOptions();
      return adoptPolicy({ context, phases, rehearsals, handlers: handlers(), timezone }, input);
    },
  };
}
