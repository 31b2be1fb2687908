import type { Split } from '../../contract/train.ts';
import { inputOf, type StepRunner } from '../execution/step-runner.ts';
import type { StepPhases } from '../step-tools.ts';
import { splitInWords } from './holdout-words.ts';
import { requireColumn } from './require-column.ts';

/** Says which rows are held out; the trainings that take it draw them. */
export function splitStep({ phases }: StepPhases): StepRunner {
  return {
    identity: async () => ({}),
    run: async (request) => {
      const data = inputOf(request, 'data', 'dataset');
      const split = request.task.members.split as Split;
      if (split.kind === 'dataset') phases.data.resolve(split.reference);
      else if ('by' in split) requireColumn(phases, data, split.by);
      return { summary: `held out: ${splitInWords(split)}`, output: { type: 'split', split } };
    },
  };
}
