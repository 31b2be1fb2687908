import type { CallInput } from '../../../client/client.ts';
import type { NewRun } from '../new-run.svelte.ts';
import type { ParameterValue } from '../parameter-text.ts';
import { commonInput, paramsInput, type TrainingContext } from '../training-input.ts';
import { type LimitName, readLimit } from './search-limits.ts';
import { type SearchedLearner, spaceOf } from './searched-learners.ts';

/** What a search of one's own asks the engine for; whatever is left as proposed is left out. @param searched the chosen learners. */
export function searchInput(
  form: NewRun,
  context: TrainingContext,
  searched: readonly SearchedLearner[],
): CallInput<'train.sweep'> {
  const { method, halving, blend, limits, parameters } = form.search;
  const limit = <Name extends string>(name: LimitName, as: Name, unit = 1): { [Key in Name]?: number } => {
    const { value } = readLimit(name, limits[name]);
    return (value === undefined ? {} : { [as]: value * unit }) as { [Key in Name]?: number };
  };
  const budget = { ...limit('trials', 'trials'), ...limit('minutes', 'seconds', 60) };
  const caps = { ...limit('cores', 'cores'), ...limit('memory', 'memory') };
  const spaces = searched.flatMap((one) =>
    parameters[one.learner.name] === undefined ? [] : [[one.learner.name, spaceOf(one)] as const],
  );
  return {
    ...commonInput(form, context),
    learners: searched.map(({ learner }) => learner.name),
    ...paramsInput(searched.flatMap((one) => fixedParameters(form, one))),
    method,
    ...(spaces.length === 0 ? {} : { spaces: Object.fromEntries(spaces) }),
    ...(method === 'grid' ? limit('points', 'points') : {}),
    ...(halving === undefined ? {} : { halving }),
    ...(blend ? { blend } : {}),
    ...(Object.keys(budget).length === 0 ? {} : { budget }),
    ...limit('folds', 'folds'),
    ...limit('repeats', 'repeats'),
    ...(Object.keys(caps).length === 0 ? {} : { caps }),
  };
}

/** The values that were given to parameters that are not searched, as `learner.parameter`. */
function fixedParameters(form: NewRun, { learner, parameters }: SearchedLearner): [string, ParameterValue][] {
  return parameters.flatMap(({ parameter: { name }, search }) => {
    const value = form.parameters[learner.name]?.[name];
    return value === undefined || search.mode !== 'fixed' ? [] : [[`${learner.name}.${name}`, value]];
  });
}
