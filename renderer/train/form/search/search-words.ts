import { formatDuration, formatQuantity } from '../../../ui/format.ts';
import type { OwnSearch } from './own-search.svelte.ts';
import { readLimit } from './search-limits.ts';
import { methodTitle } from './search-methods.ts';
import { combinationsOf, rangeProblem, type SearchedLearner } from './searched-learners.ts';

/** `TPE, 20 trials`; `Grid, 48 combinations` */
export function searchWords({ method, limits, points }: OwnSearch, searched: readonly SearchedLearner[]): string {
  const trials = readLimit('trials', limits.trials).value;
  const minutes = readLimit('minutes', limits.minutes).value;
  const ends = [
    ...(trials === undefined ? [] : [formatQuantity(trials, 'trial')]),
    ...(minutes === undefined ? [] : [formatDuration(minutes * 60)]),
  ];
  const whole = method === 'grid' ? formatQuantity(combinationsOf(searched, points), 'combination') : '20 trials';
  return [methodTitle(method), ...(ends.length === 0 ? [whole] : ends)].join(', ');
}

/** Why the search cannot begin as it is; undefined where it can. */
export function searchProblem(search: OwnSearch, searched: readonly SearchedLearner[]): string | undefined {
  if (searched.length === 0) return 'Choose a learner.';
  return rangeProblem(searched) ?? search.wrongLimit;
}
