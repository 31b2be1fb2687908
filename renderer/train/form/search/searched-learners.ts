import { gridSize } from '../../../../engine/contract/search-grid.ts';
import type { LearnerDescription, LearnerParameter } from '../../../../engine/contract/train-learners.ts';
import type { ParameterRange, SearchSpace } from '../../../../engine/contract/train-sweeps.ts';
import { formatCount, formatQuantity } from '../../../ui/format.ts';
import type { NewRun } from '../new-run.svelte.ts';
import { parameterTitle } from '../parameter-text.ts';
import { type ParameterSearch, proposedSearch, readSearch, type SearchFaults } from './parameter-search.ts';

export interface SearchedParameter {
  parameter: LearnerParameter;
  search: ParameterSearch;
  /** Undefined where it is fixed, or cannot be read. */
  range?: ParameterRange;
  faults: SearchFaults;
}

/** A learner with how the form searches each of its parameters. */
export interface SearchedLearner {
  learner: LearnerDescription;
  parameters: SearchedParameter[];
}

/** @param spaces the learners' own, by name. */
export function searchedLearners(
  form: NewRun,
  learners: readonly LearnerDescription[],
  spaces: Readonly<Record<string, SearchSpace>>,
): SearchedLearner[] {
  return learners.map((learner) => ({
    learner,
    parameters: learner.parameters.map((parameter) => {
      const search = searchOf(form, learner.name, parameter, spaces[learner.name]?.[parameter.name]);
      return { parameter, search, ...readSearch(parameter, search) };
    }),
  }));
}

/** A parameter that was given a value, right or wrong, is fixed, unless more was said of it. */
function searchOf(
  form: NewRun,
  learner: string,
  parameter: LearnerParameter,
  range: ParameterRange | undefined,
): ParameterSearch {
  const own = form.search.parameters[learner]?.[parameter.name];
  if (own) return own;
  const proposed = proposedSearch(parameter, range);
  const isGiven =
    form.parameters[learner]?.[parameter.name] !== undefined || form.wrongText(learner, parameter.name) !== undefined;
  return isGiven ? { ...proposed, mode: 'fixed' } : proposed;
}

/** The ranges that are searched. */
export function spaceOf({ parameters }: SearchedLearner): SearchSpace {
  return Object.fromEntries(
    parameters.flatMap(({ parameter, range }) => (range === undefined ? [] : [[parameter.name, range] as const])),
  );
}

/** `3 searched, 2 fixed` */
export function countWords({ parameters }: SearchedLearner): string {
  const fixed = parameters.filter(({ search }) => search.mode === 'fixed').length;
  const searched = parameters.length - fixed;
  return [...(searched > 0 ? [`${searched} searched`] : []), ...(fixed > 0 ? [`${fixed} fixed`] : [])].join(', ');
}

/** How many combinations a grid has, over all learners; one that searches nothing is tried once. */
export function combinationsOf(searched: readonly SearchedLearner[], points: number): number {
  return searched.reduce((sum, one) => sum + gridSize(spaceOf(one), points), 0);
}

/** `125 combinations: linear 5, trees 120` */
export function combinationWords(searched: readonly SearchedLearner[], points: number): string {
  const total = formatQuantity(combinationsOf(searched, points), 'combination');
  const each = searched.map((one) => `${one.learner.name} ${formatCount(gridSize(spaceOf(one), points))}`);
  return searched.length > 1 ? `${total}: ${each.join(', ')}` : total;
}

/** The first range that cannot be taken, in words. */
export function rangeProblem(searched: readonly SearchedLearner[]): string | undefined {
  for (const { learner, parameters } of searched) {
    for (const { parameter, faults } of parameters) {
      const fault = faults.low ?? faults.high ?? faults.values;
      if (fault !== undefined) return `${learner.name}, ${parameterTitle(parameter.name)}: ${fault}`;
    }
  }
  return undefined;
}
