import { GalleyError } from '../../base/errors.ts';
import type { SweepChoice } from '../../contract/train-sweeps.ts';
import { type BlendCandidate, selectBlend } from '../auto/select-blend.ts';
import { metricOf } from '../evaluation/judged.ts';
import { evenly } from '../evenly.ts';
import type { FitOrder } from '../fit.ts';
import { learners } from '../learners/learners.ts';
import type { RankingMetric } from '../metrics.ts';
import { blendName, defaultThreshold } from '../model.ts';
import type { PreparedTraining } from '../prepare.ts';
import { transformBack, transformTarget } from '../target-transform.ts';
import { chooseBest, chooseSimplest, type Finished, type FoldSummary, summariseFolds } from './choose.ts';
import { foldScores, type TrialRecord } from './trial.ts';

/** What a search offers, before it has a run. */
export interface Offer extends Omit<SweepChoice, 'run'> {
  /** Of a blend: the trials it was chosen from. */
  candidates?: number[];
}

/**
 * The best and the simplest within one standard error, once where they are the same.
 * @throws GalleyError `train.nothing_finished`
 */
export function offerSingles(trials: readonly TrialRecord[], folds: number, metric: RankingMetric): Offer[] {
  const finished = trials.flatMap((trial): (Finished & { learner: string })[] => {
    const scores = foldScores(trial, folds);
    const isMeasured = trial.state === 'complete' || trial.state === 'stopped';
    if (!isMeasured || scores.every((score) => score === null)) return [];
    const learnerRank = learners.findIndex(({ name }) => name === trial.learner);
    return [{ trial: trial.number, folds: scores, learnerRank, size: trial.size ?? 0, learner: trial.learner }];
  });
  const best = chooseBest(finished, metric);
  if (best === undefined) throw nothingFinished(trials);
  const simplest = chooseSimplest(finished, best, metric);
  const offer = (one: typeof best, roles: Offer['roles'], why: string): Offer => {
    const measured = one.folds.filter((score) => score !== null).length;
    const late = measured < folds ? `, judged on ${measured} of ${folds} folds when the time was up` : '';
    return {
      roles,
      learner: one.learner,
      trials: [{ number: one.trial, weight: 1 }],
      ...summariseFolds(one.folds),
      why: `${why}${late}`,
    };
  };
  if (simplest.trial === best.trial) {
    return [
      offer(best, ['best', 'simplest'], 'the best mean over the folds; nothing simpler is within one standard error'),
    ];
  }
  return [
    offer(best, ['best'], 'the best mean over the folds'),
    offer(simplest, ['simplest'], 'the simplest within one standard error of the best'),
  ];
}

function nothingFinished(trials: readonly TrialRecord[]): GalleyError {
  const failed = trials.find(({ state }) => state === 'failed');
  const reason = failed ? `trial ${failed.number}, ${failed.learner}, failed: ${failed.why}` : 'it was ended before';
  const message = `No trial of the search was measured on a fold with everything: ${reason}.`;
  return new GalleyError('train.nothing_finished', message, { details: { trials: trials.length } });
}

/** What trials said of the folds, by their number. */
export interface FoldAnswers {
  trial: TrialRecord;
  /** In the order of the folds. */
  answers: readonly Float32Array[];
}

/** A blend is chosen on so many rows of all folds at the most. */
const judgedRows = 10_000;

/**
 * The blend of trials that answers best on the folds; undefined where no mixture is better than one of them alone.
 * @param parts the folds; their holdouts hold the truth.
 */
export async function offerBlend(
  candidates: readonly FoldAnswers[],
  parts: readonly PreparedTraining[],
  metric: RankingMetric,
  pause: () => void,
): Promise<Offer | undefined> {
  if (candidates.length < 2) return undefined;
  const rows = parts.map(({ holdout }) => evenly(holdout.target.length, Math.ceil(judgedRows / parts.length)));
  const folds = parts.map(({ task, classes, holdout }, fold) => ({
    task,
    classes,
    threshold: defaultThreshold,
    target: Float64Array.from(rows[fold] as Int32Array, (row) => holdout.target[row] as number),
  }));
  const transform = parts[0]?.targetTransform;
  const outputs = Math.max(1, parts[0]?.classes.length ?? 0);
  const flat = candidates.map(({ trial, answers }): BlendCandidate => {
    const picked = answers.map((values, fold) => pickRows(values, rows[fold] as Int32Array, outputs));
    const joined = Float64Array.from(picked.flatMap((values) => [...values]));
    return { trial: trial.number, answers: transformTarget(joined, transform) };
  });
  // A model mixes what its members answer before that is transformed back.
  const scoresOf = (mixed: Float64Array): (number | null)[] => {
    const answers = transformBack(mixed, transform);
    let begin = 0;
    return folds.map((fold) => {
      const end = begin + fold.target.length * outputs;
      const judged = { ...fold, answers: { values: answers.subarray(begin, end) } };
      begin = end;
      return metricOf(judged, metric.name);
    });
  };
  const gainOf = (answers: Float64Array): number | null => {
    const summary = summarise(scoresOf(answers));
    if (summary === undefined) return null;
    return metric.lowerIsBetter ? -summary.score : summary.score;
  };
  const chosen = await selectBlend(flat, gainOf, pause);
  if (chosen === undefined || chosen.members.length < 2) return undefined;
  const summary = summarise(scoresOf(mix(flat, chosen.members)));
  return {
    roles: ['blend'],
    learner: blendName,
    trials: chosen.members.map(({ trial, weight }) => ({ number: trial, weight })),
    score: summary?.score ?? null,
    standardError: summary?.standardError ?? null,
    why: `the mean of ${chosen.members.length} trials, weighted so that it answers best on the folds`,
    candidates: candidates.map(({ trial }) => trial.number),
  };
}

function summarise(scores: readonly (number | null)[]): FoldSummary | undefined {
  return scores.every((score) => score !== null) ? summariseFolds(scores) : undefined;
}

function mix(flat: readonly BlendCandidate[], members: readonly { trial: number; weight: number }[]): Float64Array {
  const parts = members.map(({ trial, weight }) => {
    return { weight, answers: (flat.find((one) => one.trial === trial) as BlendCandidate).answers };
  });
  return (parts[0] as { answers: Float64Array }).answers.map((_, place) =>
    parts.reduce((sum, { weight, answers }) => sum + weight * (answers[place] as number), 0),
  );
}

function pickRows(values: Float32Array, rows: Int32Array, outputs: number): Float64Array {
  const picked = new Float64Array(rows.length * outputs);
  rows.forEach((row, place) => {
    picked.set(values.subarray(row * outputs, (row + 1) * outputs), place * outputs);
  });
  return picked;
}

/** What is to be fitted on the whole training part for an offer. */
export function orderOf(
  { learner, trials: chosen }: Pick<Offer, 'learner' | 'trials'>,
  trials: readonly TrialRecord[],
  base: Pick<FitOrder, 'target' | 'seed' | 'metric'>,
): FitOrder {
  const members = chosen.map(({ number, weight }) => {
    const { learner: name, parameters } = trials.find((trial) => trial.number === number) as TrialRecord;
    return { learner: name, parameters, weight };
  });
  if (learner !== blendName) return { ...base, learner, parameters: members[0]?.parameters ?? {} };
  return { ...base, learner, parameters: {}, members };
}
