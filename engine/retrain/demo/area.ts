import type { OutputOf } from '../../contract/call.ts';
import type { demoCalls } from '../../contract/retrain.ts';
import type { EngineContext, Phase } from '../../jobs/context.ts';
import type { RetrainPhase } from '../retrain-phase.ts';
import type { DirectedPhases } from '../step-tools.ts';
import { runDemo } from './run-demo.ts';

/** The demo: one job that directs all phases as a user would. */
export function createDemoArea(
  context: EngineContext,
  data: DirectedPhases['data'],
  train: DirectedPhases['train'],
  packages: DirectedPhases['packages'],
  deploy: DirectedPhases['deploy'],
  monitor: DirectedPhases['monitor'],
  retrain: RetrainPhase,
): Phase<typeof demoCalls> {
  const phases = { data, train, packages, deploy, monitor, retrain };
  return {
    handlers: {
      run: async (input) =>
        context.jobs.direct<OutputOf<typeof demoCalls.run>>({
          kind: 'demo.run',
          title: 'Demo: Chicago ridership',
          input,
          run: ({ signal, progress }) => runDemo({ context, phases, signal }, input.untilYear, progress),
        }),
    },
  };
}
