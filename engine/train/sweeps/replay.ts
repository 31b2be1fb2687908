import type { JobContext } from '../../jobs/job-process.ts';
import { mapConcurrently } from '../fit-in-worker.ts';
import type { TrainJobInput } from '../train-job.ts';
import { type FoldAnswers, type Offer, offerBlend, offerSingles } from './offer.ts';
import { FitPool } from './pool.ts';
import type { FoldTask } from './pool-messages.ts';
import { cheaper, rungPlan } from './rungs.ts';
import type { SearchPlan } from './search-plan.ts';
import { type Began, openSearch } from './sweep-job.ts';
import type { Evaluation, TrialRecord } from './trial.ts';

/** A search as it was recorded: what it fitted, in shares and on folds, and what it offered. */
export interface RecordedSearch {
  plan: SearchPlan;
  began: Began;
  trials: TrialRecord[];
  offers: Offer[];
}

/** What can be compared of a search; times are another each time. */
export interface SearchOutcome {
  trials: { number: number; learner: string; scores: (number | null)[] }[];
  offers: Pick<Offer, 'roles' | 'trials' | 'score'>[];
}

export function outcomeOf({ trials, offers }: Pick<RecordedSearch, 'trials' | 'offers'>): SearchOutcome {
  return {
    trials: trials.map(({ number, learner, evaluations }) => {
      return { number, learner, scores: evaluations.map(({ score }) => score) };
    }),
    offers: offers.map(({ roles, trials: chosen, score }) => ({ roles, trials: chosen, score })),
  };
}

/**
 * Goes through the recorded schedule of a search once more: every fit that it ended, on its fold and with its share, and
 * the choice. Time has no say in it, so that it comes out alike on a slower machine.
 */
export async function replaySearch(
  input: Pick<TrainJobInput, 'dataset' | 'request'>,
  recorded: RecordedSearch,
  context: JobContext,
): Promise<SearchOutcome> {
  const { plan, began, offers } = recorded;
  const { data } = await openSearch({ ...input, plan }, context, began);
  const { folds, metric } = began;
  const candidates = offers.flatMap((offer) => offer.candidates ?? []);
  const answers = new Map<number, Map<number, Float32Array>>(candidates.map((number) => [number, new Map()]));
  const trials = recorded.trials.map((trial): TrialRecord => ({ ...trial, evaluations: [], size: null }));
  const steps = recorded.trials.flatMap(({ evaluations }, place) =>
    evaluations.map((evaluation, index) => ({ trial: trials[place] as TrialRecord, evaluation, index })),
  );
  const pool = new FitPool(plan.cores, data.foldOf, context.cancelFlag);
  let done = 0;
  await mapConcurrently(steps, plan.cores, async ({ trial, evaluation, index }) => {
    const { fold, share } = evaluation;
    const kept = answers.get(trial.number);
    const task = taskOf(recorded, input.request.target, trial, evaluation, kept !== undefined && share === 1);
    const result = await pool.start(task, () => {}).result;
    trial.evaluations[index] = { fold, share, score: result.score, seconds: result.seconds };
    if (fold === 0 && share === 1) trial.size = result.size;
    if (result.answers) kept?.set(fold, Float32Array.from(result.answers));
    context.progress({ phase: 'repeating the search', done: ++done, total: steps.length });
  });
  await pool.close();
  const again = offerSingles(trials, folds, metric);
  if (candidates.length > 0) {
    const known = candidates.map((number): FoldAnswers => {
      const trial = trials.find((one) => one.number === number) as TrialRecord;
      return {
        trial,
        answers: Array.from({ length: folds }, (_, fold) => answers.get(number)?.get(fold) as Float32Array),
      };
    });
    const parts = Array.from({ length: folds }, (_, fold) => data.foldOf(fold));
    const blend = await offerBlend(known, parts, metric, () => context.throwIfCanceled());
    if (blend) again.push(blend);
  }
  return outcomeOf({ trials, offers: again });
}

function taskOf(
  { plan, began }: RecordedSearch,
  target: string,
  { learner, parameters: whole }: TrialRecord,
  { fold, share }: Evaluation,
  wantsAnswers: boolean,
): FoldTask {
  const { parameters, rowShare } = cheaper(whole, rungPlan(plan, began, learner), share);
  const order = { target, learner, parameters, seed: plan.seed, metric: began.metric.name };
  return { fold, order, rowShare, wantsAnswers };
}
