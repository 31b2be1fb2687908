import { chooseBest, type Finished, summariseFolds } from '../sweeps/choose.ts';
import {
  type Proposal,
  type Proposer,
  proposeParameters,
  type SearchedLearner,
  type SearchView,
} from '../sweeps/propose.ts';
import { wholeScores } from '../sweeps/trial.ts';

/** Trials of a learner at most, for each parameter that is searched: beyond, nothing is found any more. */
const trialsPerParameter = 25;
/** A learner whose best is behind by more standard errors of the best than this is not tuned. */
const hopeless = 8;

/**
 * How `auto` goes on once every learner was tried with its defaults: by TPE. Each learner gets half of the time that the
 * next better one gets, by the best mean over folds of its trials so far; those that are far behind get none.
 * @param learners simplest first.
 */
export function autoProposer(learners: readonly SearchedLearner[], seed: number): Proposer {
  return (view) => tuned(learners, view, seed);
}

/** Every learner once with its defaults. */
export function defaultsProposer(learners: readonly SearchedLearner[]): Proposer {
  return ({ trials }) => {
    const next = learners.find(({ name }) => trials.every(({ learner }) => learner !== name));
    return next && { learner: next.name, parameters: next.parameters, isReference: true };
  };
}

function tuned(learners: readonly SearchedLearner[], view: SearchView, seed: number): Proposal | undefined {
  for (const learner of inTurn(learners, view)) {
    const parameters = proposeParameters(learner, 'tpe', view, seed);
    if (parameters) return { learner: learner.name, parameters, isReference: false };
  }
  return undefined;
}

/** Who is to be tuned, first the one that lags behind its share of the time most. */
function inTurn(learners: readonly SearchedLearner[], view: SearchView): SearchedLearner[] {
  const { trials, folds, metric, hasTimeFor } = view;
  const finished = trials.flatMap((trial): (Finished & { learner: string })[] => {
    const scores = wholeScores(trial, folds);
    return scores ? [{ trial: trial.number, folds: scores, learnerRank: 0, size: 0, learner: trial.learner }] : [];
  });
  const best = chooseBest(finished, metric);
  if (best === undefined) return [];
  const { score: bestScore, standardError } = summariseFolds(best.folds);
  const standings = learners.flatMap((learner) => {
    const own = chooseBest(
      finished.filter((one) => one.learner === learner.name),
      metric,
    );
    if (own === undefined) return [];
    const behind = Math.abs(summariseFolds(own.folds).score - bestScore);
    return behind > hopeless * standardError && standardError > 0 ? [] : [{ learner, behind }];
  });
  standings.sort((left, right) => left.behind - right.behind);
  const secondsOf = (name: string) =>
    trials
      .filter(({ learner }) => learner === name)
      .flatMap(({ evaluations }) => evaluations)
      .reduce((sum, { seconds }) => sum + seconds, 0);
  return standings
    .map(({ learner }, rank) => ({ learner, lag: secondsOf(learner.name) * 2 ** rank }))
    .filter(({ learner }) => hasTimeFor(learner.name) && trialsOf(learner, view) < mostTrials(learner))
    .sort((left, right) => left.lag - right.lag)
    .map(({ learner }) => learner);
}

function trialsOf({ name }: SearchedLearner, { trials }: SearchView): number {
  return trials.filter(({ learner }) => learner === name).length;
}

function mostTrials({ space }: SearchedLearner): number {
  return trialsPerParameter * Object.keys(space).length;
}
