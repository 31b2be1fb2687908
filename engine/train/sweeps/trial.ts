import type { Trial, TrialState } from '../../contract/train-sweeps.ts';
import type { Parameters } from '../learners/learner.ts';
import { summariseFolds } from './choose.ts';

/** One fit of a trial on one fold. */
export interface Evaluation {
  fold: number;
  /** Of the rounds or epochs, or of the rows; 1 is everything. */
  share: number;
  score: number | null;
  /** Of the fit, judging included. */
  seconds: number;
}

/** A trial as a search knows and stores it. */
export interface TrialRecord {
  number: number;
  learner: string;
  /** Complete. */
  parameters: Parameters;
  /** Never pruned: what others are compared with. */
  isReference: boolean;
  state: TrialState;
  /** In the order in which they ended; together with those of all trials it is the schedule of a search. */
  evaluations: Evaluation[];
  /** Seconds of searching before it. */
  startedAfter: number;
  why: string | null;
  /** Bytes of the model of the first fold; null before there was one. */
  size: number | null;
}

/** Scores of the folds that were fitted with everything, in their order; null where there is none yet. */
export function foldScores({ evaluations }: Pick<TrialRecord, 'evaluations'>, folds: number): (number | null)[] {
  return Array.from({ length: folds }, (_, fold) => {
    return evaluations.find((evaluation) => evaluation.fold === fold && evaluation.share === 1)?.score ?? null;
  });
}

/** Scores of all folds; undefined where one is missing or has no value. */
export function wholeScores(trial: Pick<TrialRecord, 'evaluations'>, folds: number): number[] | undefined {
  const scores = foldScores(trial, folds);
  return scores.every((score) => score !== null) ? scores : undefined;
}

/** How it did on a rung; undefined where it was not there. */
export function rungScore({ evaluations }: TrialRecord, share: number): number | null | undefined {
  return evaluations.find((evaluation) => evaluation.fold === 0 && evaluation.share === share)?.score;
}

/** A trial as it crosses the border. */
export function toTrial(record: TrialRecord, folds: number): Trial {
  const whole = wholeScores(record, folds);
  const summary = whole && summariseFolds(whole);
  const scores = foldScores(record, folds);
  const known = scores.filter((score) => score !== null).length;
  return {
    number: record.number,
    learner: record.learner,
    params: record.parameters,
    state: record.state,
    rungs: record.evaluations.filter(({ share }) => share < 1).map(({ share, score }) => ({ share, score })),
    folds: known === 0 ? [] : scores,
    score: summary?.score ?? null,
    standardError: summary?.standardError ?? null,
    seconds: record.evaluations.reduce((sum, { seconds }) => sum + seconds, 0),
    startedAfter: record.startedAfter,
    why: record.why,
  };
}
