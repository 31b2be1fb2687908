import { seededRandom } from '../../base/random.ts';
import type { SearchMethod, SearchSpace } from '../../contract/train-sweeps.ts';
import type { Parameters } from '../learners/learner.ts';
import type { RankingMetric } from '../metrics.ts';
import { summariseFolds } from './choose.ts';
import { gridOf, parametersAt, pointOf, randomPoint } from './search-space.ts';
import { proposeByTpe } from './tpe.ts';
import { type TrialRecord, wholeScores } from './trial.ts';

/** A learner as a search tries it. */
export interface SearchedLearner {
  name: string;
  /** Complete; the space's parameters are replaced. */
  parameters: Parameters;
  space: SearchSpace;
}

export interface Proposal {
  learner: string;
  /** Complete. */
  parameters: Parameters;
  /** Never pruned: what others are compared with. */
  isReference: boolean;
}

/** What a proposal may go by. */
export interface SearchView {
  trials: readonly TrialRecord[];
  folds: number;
  metric: RankingMetric;
  /** Whether there is time left for a trial of a learner. */
  hasTimeFor(learner: string): boolean;
}

/** Proposes the next trial; undefined where there is none to try. */
export type Proposer = (view: SearchView) => Proposal | undefined;

/** Points are drawn again where the same parameters were tried already, so often at most. */
const drawings = 30;

/** Every point of the learners' grids that is not among the trials, one learner after the other. */
export function gridProposer(learners: readonly SearchedLearner[], points: number): Proposer {
  const grids = learners.map((learner) => ({ ...learner, rest: gridOf(learner.space, points) }));
  let before: Set<string> | undefined;
  return ({ trials, hasTimeFor }) => {
    // Later trials were taken off the grids here.
    before ??= new Set(trials.map(triedKey));
    for (const { name, parameters, rest } of grids) {
      if (!hasTimeFor(name)) continue;
      for (let point = rest.next(); !point.done; point = rest.next()) {
        const proposal = { learner: name, parameters: { ...parameters, ...point.value }, isReference: false };
        if (!before.has(triedKey(proposal))) return proposal;
      }
    }
    return undefined;
  };
}

/** The learners in turn, each by the method. */
export function samplingProposer(
  learners: readonly SearchedLearner[],
  method: Exclude<SearchMethod, 'grid'>,
  seed: number,
): Proposer {
  return (view) => {
    for (let place = 0; place < learners.length; place++) {
      const learner = learners[(view.trials.length + place) % learners.length] as SearchedLearner;
      const parameters = view.hasTimeFor(learner.name) ? proposeParameters(learner, method, view, seed) : undefined;
      if (parameters) return { learner: learner.name, parameters, isReference: false };
    }
    return undefined;
  };
}

/** New parameters of a learner; undefined where its space seems to be exhausted. */
export function proposeParameters(
  learner: SearchedLearner,
  method: Exclude<SearchMethod, 'grid'>,
  { trials, folds, metric }: SearchView,
  seed: number,
): Parameters | undefined {
  const own = trials.filter(({ learner: name }) => name === learner.name);
  const tried = new Set(own.map(triedKey));
  // A generator for each trial, so that it is the same after an interruption.
  const random = seededRandom(seed + 7919 * (trials.length + 1));
  const ranked = rankTrials(own, folds, metric).map((trial) => pointOf(learner.space, trial.parameters));
  for (let drawing = 0; drawing < drawings; drawing++) {
    const point = method === 'tpe' ? proposeByTpe(learner.space, ranked, random) : randomPoint(learner.space, random);
    const parameters = { ...learner.parameters, ...parametersAt(learner.space, point) };
    if (!tried.has(triedKey({ learner: learner.name, parameters }))) return parameters;
  }
  return undefined;
}

/** Trials that were measured, best first: those on all folds, then those that came less far, each by their scores. */
export function rankTrials(
  trials: readonly TrialRecord[],
  folds: number,
  { lowerIsBetter }: RankingMetric,
): TrialRecord[] {
  const measured = trials.flatMap((trial) => {
    const whole = wholeScores(trial, folds);
    const last = trial.evaluations.at(-1);
    const reached = whole ? 2 : (last?.share ?? 0);
    const score = whole ? summariseFolds(whole).score : (last?.score ?? null);
    return score === null ? [] : [{ trial, reached, gain: lowerIsBetter ? -score : score }];
  });
  return measured
    .sort(
      (left, right) => right.reached - left.reached || right.gain - left.gain || left.trial.number - right.trial.number,
    )
    .map(({ trial }) => trial);
}

function triedKey({ learner, parameters }: Pick<Proposal, 'learner' | 'parameters'>): string {
  return JSON.stringify([learner, ...Object.entries(parameters).sort(([one], [other]) => (one < other ? -1 : 1))]);
}
