import type { Split } from '../../contract/train.ts';
import { inputOf, type StepRunner } from '../execution/step-runner.ts';
import type { StepPhases } from '../step-tools.ts';
import { splitInWords } from './holdout-words.ts';
import { requireColumn } from './require-column.ts';

/** Says which rows are held out; the trainings that take it draw them. Those of another dataset are of its version now. */
export function splitStep({ phases }: StepPhases): StepRunner {
  return {
    identity: async ({ task }) => ({ split: fixed(phases, task.members.split as Split) }),
    run: async (request) => {
      const data = inputOf(request, 'data', 'dataset');
      const split = fixed(phases, request.task.members.split as Split);
      if ('by' in split) requireColumn(phases, data, split.by);
      return { summary: `held out: ${splitInWords(split)}`, output: { type: 'split', split } };
    },
  };
}

/** The other dataset by what its rows are, so that trainings are done again where it has got new ones. */
function fixed({ data }: StepPhases['phases'], split: Split): Split {
  if (split.kind !== 'dataset') return split;
  const { dataset, identity } = data.resolve(split.reference);
  return { ...split, reference: `${dataset.name}@${identity}` };
}
