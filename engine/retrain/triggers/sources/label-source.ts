import type { MonitorPhase } from '../../../monitor/index.ts';
import type { PipelineRunStore } from '../../run-store.ts';
import type { TriggerSource } from '../trigger-source.ts';

/** The number of the last label that was handled, of all that the project was given. */
interface HandledLabels {
  after: number;
}

/** Rows that were answered and whose truth has come since the trigger last started a run, and since the last run began. */
export function labelSource(
  monitor: Pick<MonitorPhase, 'labelsAfter'>,
  runs: Pick<PipelineRunStore, 'last'>,
): TriggerSource<'labels', HandledLabels> {
  return {
    first: async ({ deployment }) => {
      const none = { sequence: Number.MAX_SAFE_INTEGER, time: 0 };
      return { after: (await monitor.labelsAfter(deployment, none, 1)).last };
    },
    look: async ({ deployment, count }, { after }, { id }) => {
      const run = runs.last(id);
      const since = { sequence: after, time: run === null ? 0 : Date.parse(run.startedAt) };
      const { rows, last } = await monitor.labelsAfter(deployment, since, count);
      if (last < after) return { handled: { after: last } };
      if (rows < count) return undefined;
      return { handled: { after: last }, came: `${rows} new labels of ${deployment}` };
    },
  };
}
