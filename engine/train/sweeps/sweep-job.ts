import type { Frame } from '../../base/frame.ts';
import { sampleRows, seededRandom } from '../../base/random.ts';
import type { FitCurve } from '../../contract/train-sweeps.ts';
import type { TaskKind } from '../../contract/values.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { autoProposer, defaultsProposer } from '../auto/propose-auto.ts';
import type { DrawnRows } from '../draw-rows.ts';
import { drawFolds, type Fold, foldsLike } from '../folds.ts';
import { layoutOf } from '../learners/learners.ts';
import { type RankingMetric, rankingMetric } from '../metrics.ts';
import { type PreparedTraining, prepareDrawn, prepareFold } from '../prepare.ts';
import {
  drawChecked,
  fitOrders,
  layoutsOfOrders,
  readDataset,
  type TrainJobInput,
  type TrainJobOutput,
} from '../train-job.ts';
import { KeptAnswers } from './kept-answers.ts';
import { type FoldAnswers, type Offer, offerBlend, offerSingles, orderOf } from './offer.ts';
import { FitPool } from './pool.ts';
import { gridProposer, type Proposer, rankTrials, type SearchedLearner, samplingProposer } from './propose.ts';
import { rungPlan } from './rungs.ts';
import { Search } from './search.ts';
import { foldCount, type SearchPlan, searchedLearners, searchRows } from './search-plan.ts';
import type { TrialRecord } from './trial.ts';

export interface SweepJobInput extends Omit<TrainJobInput, 'orders'> {
  plan: SearchPlan;
  /** Trials of an earlier part of the search. */
  earlier: TrialRecord[];
  secondsBefore: number;
  /** Where trials' answers on the folds are kept, also those of an earlier part. */
  answersFolder: string;
}

/** What decides the folds, beside the data and the plan: kept so that they can be drawn again. */
export interface Began {
  task: TaskKind;
  metric: RankingMetric;
  /** Of all repeats together. */
  folds: number;
  /** Training rows that take part in the search. */
  rows: number;
  /** Of k-fold: rows are drawn by their position, not by their content. */
  byPosition?: boolean;
}

/** What a search tells the engine while it goes on. */
export type SweepReport =
  | { type: 'began'; began: Began }
  /** Trials that changed. */
  | { type: 'trials'; trials: TrialRecord[]; seconds: number }
  | { type: 'curve'; curve: FitCurve }
  | { type: 'finishing'; offers: Offer[]; seconds: number };

export interface SweepJobOutput extends TrainJobOutput {
  /** One for each of `fits`. */
  offers: Offer[];
}

/** Said to a running search: choose among what was tried until now. */
export const stopEarly = 'stop';

const reportMilliseconds = 250;

/** Searches by cross-validation on the training part, then fits what it chose on all of it and judges that on the holdout. */
export async function runSweepJob(input: SweepJobInput, context: JobContext): Promise<SweepJobOutput> {
  const started = performance.now();
  context.progress({ phase: 'reading', done: 0, total: 0 });
  const { frame, drawn, data } = await openSearch(input, context);
  const { plan, request } = input;
  const { offers, trials } = await searchAndChoose(input, data, context, started);
  const base = { target: request.target, seed: plan.seed, metric: plan.metric };
  const orders = offers.map((offer) => orderOf(offer, trials, base));
  const prepared = prepareDrawn(frame, request, drawn, layoutsOfOrders(orders));
  const output = await fitOrders(frame, prepared, { orders, evaluation: input.evaluation }, context);
  return { ...output, warnings: [...output.warnings, ...sampledWarning(data, drawn)], offers };
}

function sampledWarning({ began }: SearchData, { training }: DrawnRows): TrainJobOutput['warnings'] {
  if (began.rows === training.length) return [];
  const message = `The search saw ${began.rows} of the ${training.length} training rows, drawn at random, for want of time; what it chose was fitted on all.`;
  return [{ code: 'train.searched_sample', message }];
}

/** The folds of a search, made when they are needed. */
export interface SearchData {
  began: Began;
  foldOf(fold: number): PreparedTraining;
}

/** Reads the data, decides the task, and draws the folds. @param known as they were drawn before. */
export async function openSearch(
  input: Pick<SweepJobInput, 'dataset' | 'request' | 'allowLeak' | 'plan'> & Partial<Pick<SweepJobInput, 'evaluation'>>,
  context: JobContext,
  known?: Began,
): Promise<{ frame: Frame; drawn: DrawnRows; data: SearchData }> {
  const { request, plan } = input;
  const frame = await readDataset(input, context);
  context.throwIfCanceled();
  context.progress({ phase: 'preparing', done: 0, total: 0 });
  const drawn = drawChecked(frame, input, context);
  const { task } = drawn.target;
  const metric = rankingMetric(task, plan.metric);
  const rows = known?.rows ?? searchRows(plan, drawn.training.length, drawn.choices.length);
  const { repeats = 1 } = plan;
  const count = known ? known.folds / repeats : foldCount(plan, rows);
  const searched = sampleRows(drawn.training, rows, seededRandom(plan.seed));
  const like = foldsLike(request.split, count, repeats);
  const byPosition = known ? known.byPosition : like.kind === 'k-fold' && like.byPosition;
  const folds = drawFolds(
    frame,
    searched,
    like.kind === 'k-fold' ? { ...like, byPosition } : like,
    plan.seed,
    request,
    drawn.target,
  );
  const layouts = [...new Set(plan.learners.map(({ name }) => layoutOf(name)))];
  const made = new Map<number, PreparedTraining>();
  const foldOf = (fold: number): PreparedTraining => {
    const prepared = made.get(fold) ?? prepareFold(frame, request, drawn, folds[fold] as Fold, layouts);
    made.set(fold, prepared);
    return prepared;
  };
  return {
    frame,
    drawn,
    data: { began: { task, metric, folds: folds.length, rows, ...(byPosition && { byPosition }) }, foldOf },
  };
}

async function searchAndChoose(
  input: SweepJobInput,
  { began, foldOf }: SearchData,
  context: JobContext,
  started: number,
): Promise<{ offers: Offer[]; trials: TrialRecord[] }> {
  const { plan, earlier, secondsBefore } = input;
  const report = (message: SweepReport) => context.report(message);
  report({ type: 'began', began });
  const learners = searchedLearners(plan, began.task);
  const pool = new FitPool(plan.cores, foldOf, context.cancelFlag);
  const answers = plan.blend ? new KeptAnswers(input.answersFolder) : undefined;
  const changed = new Set<TrialRecord>();
  const search = new Search({
    pool,
    folds: began.folds,
    metric: began.metric,
    target: input.request.target,
    seed: plan.seed,
    trials: plan.budget.trials,
    seconds: secondsLeft(plan, secondsBefore + (performance.now() - started) / 1000),
    secondsBefore: secondsBefore + (performance.now() - started) / 1000,
    memory: plan.memory * 2 ** 20,
    memoryUsed: () => process.memoryUsage.rss(),
    propose: proposerOf(plan, learners),
    ...(plan.kind === 'auto' && { references: defaultsProposer(quickFirst(learners)) }),
    rungsOf: (learner) => rungPlan(plan, began, learner),
    prunesFolds: plan.halving,
    ...(answers && { answers }),
    earlier,
    throwIfCanceled: () => context.throwIfCanceled(),
    onTrial: (trial) => changed.add(trial),
    onFitProgress: ({ number, learner }, fold, { done, total, point }) => {
      report({ type: 'curve', curve: { learner, trial: number, fold, points: point ? [point] : [], done, total } });
    },
  });
  const flush = () => {
    context.progress(progressOf(search, plan, began));
    if (changed.size === 0) return;
    report({ type: 'trials', trials: [...changed].map((trial) => structuredClone(trial)), seconds: search.seconds });
    changed.clear();
  };
  const timer = setInterval(flush, reportMilliseconds);
  context.onTold((message) => message === stopEarly && search.stop('it was ended early'));
  try {
    flush();
    await search.run();
  } finally {
    clearInterval(timer);
    flush();
  }
  const { trials } = search;
  const offers = offerSingles(trials, began.folds, began.metric);
  if (answers) {
    context.progress({ phase: 'blending', done: 0, total: 0 });
    const blend = await blendOf(trials, began, foldOf, answers, context);
    if (blend) offers.push(blend);
  }
  await pool.close();
  report({ type: 'finishing', offers, seconds: secondsBefore + (performance.now() - started) / 1000 });
  return { offers, trials };
}

/** Choosing a blend takes a little of the time. */
const blendShare = 0.05;
const mostBlendSeconds = 2;

function secondsLeft({ budget, blend }: SearchPlan, spent: number): number | undefined {
  if (budget.seconds === undefined) return undefined;
  const reserve = blend ? Math.min(mostBlendSeconds, blendShare * budget.seconds) : 0;
  return Math.max(0, budget.seconds - reserve - spent);
}

function progressOf(search: Search, { budget }: SearchPlan, { folds, metric }: Began) {
  const { trials, seconds } = search;
  const best = rankTrials(trials, folds, metric).find(({ state }) => state === 'complete');
  const score = best && offerSingles([best], folds, metric)[0]?.score;
  const ended = trials.filter(({ state }) => state !== 'running').length;
  const [done, total] = budget.seconds === undefined ? [ended, budget.trials ?? 0] : [seconds, budget.seconds];
  const metrics = { trials: ended, ...(typeof score === 'number' && { [metric.name]: score }) };
  return { phase: 'searching', done: Math.min(done, total || done), total, metrics };
}

/** Boosted trees are quicker than a forest and mostly better: where time is short they come first. */
function quickFirst(learners: readonly SearchedLearner[]): SearchedLearner[] {
  const place = ({ name }: SearchedLearner) => (name === 'forest' ? 1 : name === 'network' ? 2 : 0);
  return learners.toSorted((one, other) => place(one) - place(other));
}

function proposerOf(plan: SearchPlan, learners: readonly SearchedLearner[]): Proposer {
  if (plan.kind === 'auto') return autoProposer(learners, plan.seed);
  return plan.method === 'grid'
    ? gridProposer(learners, plan.points)
    : samplingProposer(learners, plan.method, plan.seed);
}

const blendCandidates = 10;

async function blendOf(
  trials: readonly TrialRecord[],
  { folds, metric }: Began,
  foldOf: (fold: number) => PreparedTraining,
  answers: KeptAnswers,
  context: JobContext,
): Promise<Offer | undefined> {
  const complete = rankTrials(trials, folds, metric).filter(({ state }) => state === 'complete');
  const known = complete.flatMap((trial): FoldAnswers[] => {
    const own = answers.of(trial.number, folds);
    return own ? [{ trial, answers: own }] : [];
  });
  const parts = Array.from({ length: folds }, (_, fold) => foldOf(fold));
  const leaders = known.filter((one, place) => {
    return place < blendCandidates || known.findIndex(({ trial }) => trial.learner === one.trial.learner) === place;
  });
  return offerBlend(leaders, parts, metric, () => context.throwIfCanceled());
}
