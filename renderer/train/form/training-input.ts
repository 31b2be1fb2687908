import type { Split } from '../../../engine/contract/train.ts';
import type { LearnerDescription } from '../../../engine/contract/train-learners.ts';
import type { CallInput } from '../../client/client.ts';
import { classWeightsOf } from './class-weights.ts';
import { budgetOf } from './effort.ts';
import type { NewRun } from './new-run.svelte.ts';
import type { ParameterValue } from './parameter-text.ts';
import { windowOf } from './row-window.ts';
import { readLimit } from './search/search-limits.ts';

type CommonInput = Omit<CallInput<'train.run'>, 'learners' | 'members' | 'params' | 'budget' | 'folds' | 'caps'>;

export interface TrainingContext {
  reference: string;
  target: string;
  split: Split | undefined;
  /** Names of the learners that are wanted. */
  chosen: readonly string[];
  learners: readonly LearnerDescription[];
}

/** What the form asks the engine for, but for a search of one's own; whatever is left as proposed is left out. */
export function trainingInput(form: NewRun, context: TrainingContext): CallInput<'train.run'> {
  const { chosen, learners } = context;
  const budget = budgetOf(form.effort);
  const folds = budget && readLimit('folds', form.search.limits.folds).value;
  return {
    ...commonInput(form, context),
    ...(budget !== undefined && chosen.length === learners.length ? {} : { learners: [...chosen] }),
    ...paramsInput(chosen.flatMap((learner) => givenParameters(form, learner))),
    ...(budget === undefined ? {} : { budget }),
    ...(folds === undefined ? {} : { folds }),
  };
}

/** The values that were given to parameters of a learner, as `learner.parameter`. */
function givenParameters(form: NewRun, learner: string): (readonly [string, ParameterValue])[] {
  return Object.entries(form.parameters[learner] ?? {}).map(([name, value]) => [`${learner}.${name}`, value]);
}

export function paramsInput(given: readonly (readonly [string, ParameterValue])[]): {
  params?: Record<string, ParameterValue>;
} {
  return given.length === 0 ? {} : { params: Object.fromEntries(given) };
}

/** What a training and a search have in common. */
export function commonInput(form: NewRun, { reference, target, split }: TrainingContext): CommonInput {
  const exclude = [...form.left].filter((name) => name !== target);
  const { columns, targetTransform, weightColumn, allowedLeaks } = form;
  const window = windowOf(form.window);
  const classes = classWeightsOf(form.classWeighting, form.classWeights);
  const weights = {
    ...(weightColumn === undefined ? {} : { column: weightColumn }),
    ...(classes === undefined ? {} : { classes }),
  };
  return {
    reference,
    target,
    ...(exclude.length === 0 ? {} : { exclude }),
    ...(form.allowed.size === 0 ? {} : { allowPersonal: [...form.allowed] }),
    ...(split === undefined ? {} : { split }),
    ...(window === undefined ? {} : { window }),
    ...(form.metric === undefined ? {} : { metric: form.metric }),
    ...(Object.keys(columns).length === 0 ? {} : { columns: { ...columns } }),
    ...(form.interactions.length === 0
      ? {}
      : { interactions: form.interactions.map(([one, other]): [string, string] => [one, other]) }),
    ...(targetTransform === undefined ? {} : { targetTransform }),
    ...(Object.keys(weights).length === 0 ? {} : { weights }),
    ...(form.sensitive.length === 0 ? {} : { sensitive: [...form.sensitive] }),
    ...(form.sensitive.length === 0 || form.favourable === undefined ? {} : { favourable: form.favourable }),
    ...(allowedLeaks.size === 0 ? {} : { allowLeak: [...allowedLeaks] }),
    seed: form.seed,
  };
}
