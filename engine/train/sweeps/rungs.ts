import { findLearner } from '../learners/learners.ts';
import { rungShares } from './halving.ts';
import type { SearchPlan } from './search-plan.ts';
import type { Began } from './sweep-job.ts';
import type { TrialRecord } from './trial.ts';

/** How a learner's fit is made cheaper: by a share of a parameter, or of the rows where it has none for that. */
export interface RungPlan {
  /** Ascending, below 1; none where trials are not pruned. */
  shares: readonly number[];
  parameter?: string;
}

/** What successive halving takes shares of: a parameter of the learner, where it is not the same for all; else the rows. */
export function rungPlan(
  plan: SearchPlan,
  { task, rows, folds }: Pick<Began, 'task' | 'rows' | 'folds'>,
  name: string,
): RungPlan {
  if (!plan.halving) return { shares: [] };
  const parameter = findLearner(name).searchSpace?.(task).resource;
  const trainingRows = Math.floor((rows * (folds - 1)) / folds);
  if (parameter === undefined) return { shares: rungShares('rows', trainingRows) };
  const value = plan.learners.find((learner) => learner.name === name)?.parameters[parameter];
  return { shares: rungShares('rounds', typeof value === 'number' ? value : 0), parameter };
}

/** Parameters and share of the rows of a fit that takes a share of everything. */
export function cheaper(
  parameters: TrialRecord['parameters'],
  { parameter }: RungPlan,
  share: number,
): { parameters: TrialRecord['parameters']; rowShare: number } {
  if (share === 1 || parameter === undefined) return { parameters, rowShare: share };
  const units = Math.max(1, Math.round(share * (parameters[parameter] as number)));
  return { parameters: { ...parameters, [parameter]: units }, rowShare: 1 };
}
