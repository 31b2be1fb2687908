import { count } from '../../base/words.ts';
import type { StepRunner } from '../execution/step-runner.ts';
import type { StepPhases } from '../step-tools.ts';

/** Takes the newest version of a dataset, or the one that is named. */
export function fetchStep({ phases }: StepPhases): StepRunner {
  return {
    identity: async () => null,
    run: async ({ task }) => {
      const { version } = await phases.data.handlers.show({ reference: String(task.members.dataset) });
      const { dataset, rows, identity } = version;
      return {
        summary: `${dataset}@${version.version}, ${count(rows, 'row')}`,
        output: { type: 'dataset', dataset, version: version.version, identity, rows },
        facts: { rows, version: version.version },
      };
    },
  };
}
