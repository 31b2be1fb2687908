import type { Json } from '../../base/canonical-json.ts';
import { sampleRows, seededRandom } from '../../base/random.ts';
import { metricOf } from '../evaluation/judged.ts';
import { fitSeed, learningTask, selectLearningRows } from '../fit.ts';
import type { FitControl, Learner, LearningTask } from '../learners/learner.ts';
import { findLearner } from '../learners/learners.ts';
import { type BinnedFeatures, binFeatures } from '../learners/trees/bin-features.ts';
import { rankingMetric } from '../metrics.ts';
import { answerFeatures, defaultThreshold, type Model } from '../model.ts';
import type { PreparedTraining } from '../prepare.ts';
import type { FoldResult, FoldTask } from './pool-messages.ts';

/** Rows that were picked take memory: no more of them than the folds of a few shares. */
const keptTasks = 12;

/** Fits learners on folds whose data it keeps, with what they have in common made once. */
export class FoldFitter {
  readonly #folds = new Map<number, PreparedTraining>();
  readonly #tasks = new Map<string, LearningTask>();
  readonly #bins = new Map<string, BinnedFeatures>();
  readonly #onBinned: (key: string, binned: BinnedFeatures) => void;

  /** @param onBinned takes bins that were made here, for others to use. */
  constructor(onBinned: (key: string, binned: BinnedFeatures) => void) {
    this.#onBinned = onBinned;
  }

  addFold(fold: number, prepared: PreparedTraining): void {
    this.#folds.set(fold, prepared);
  }

  addBins(key: string, binned: BinnedFeatures): void {
    this.#bins.set(key, binned);
  }

  /** Fits as `fitLearner` does, on the fold's training part, and judges by the fold. */
  async fit({ fold, order, rowShare, wantsAnswers }: FoldTask, control: FitControl): Promise<FoldResult> {
    const started = performance.now();
    const prepared = this.#folds.get(fold);
    if (prepared === undefined) throw new TypeError(`The data of fold ${fold} were not given.`);
    const learner = findLearner(order.learner);
    const metric = rankingMetric(prepared.task, order.metric);
    const { key, task } = this.#learningTask(fold, prepared, learner, order, rowShare);
    const binned = this.#binned(key, task, learner, order.parameters, control);
    const fitted = await learner.fit({ ...task, binned, seed: fitSeed(order.seed) }, order.parameters, control);
    control.throwIfCanceled();
    const { task: kind, classes, features, targetTransform, holdout } = prepared;
    const base = { task: kind, target: order.target, classes, threshold: defaultThreshold, features, targetTransform };
    const model: Model = { ...base, learner: learner.name, fitted };
    const answers = answerFeatures(model, holdout.layouts);
    const judged = { ...model, answers, target: holdout.target };
    return {
      score: metricOf(judged, metric.name),
      ...(wantsAnswers && { answers: answers.values }),
      size: sizeOf(fitted.state()),
      seconds: (performance.now() - started) / 1000,
    };
  }

  /** Rows are picked and kept aside once for all fits that want the same. */
  #learningTask(
    fold: number,
    prepared: PreparedTraining,
    learner: Learner,
    { parameters, seed }: FoldTask['order'],
    rowShare: number,
  ): { key: string; task: LearningTask } {
    const aside = learner.validationShare?.(parameters, prepared.training.target.length) ?? 0;
    const key = [fold, learner.layout, aside, rowShare, seed].join(' ');
    const known = this.#tasks.get(key);
    if (known) return { key, task: known };
    const whole = learningTask(prepared, learner, { parameters, seed }, 0);
    const task =
      rowShare === 1 ? whole : { ...whole, ...selectLearningRows(whole, shareOfRows(whole, rowShare, seed)) };
    this.#tasks.set(key, task);
    const [oldest] = this.#tasks.keys();
    if (this.#tasks.size > keptTasks && oldest !== undefined) this.#tasks.delete(oldest);
    return { key, task };
  }

  #binned(
    key: string,
    task: LearningTask,
    learner: Learner,
    parameters: FoldTask['order']['parameters'],
    control: FitControl,
  ): BinnedFeatures | undefined {
    const bins = learner.maximumBins?.(parameters);
    if (bins === undefined) return undefined;
    const binsKey = `${key} ${bins}`;
    const known = this.#bins.get(binsKey);
    if (known) return known;
    const binned = binFeatures(task.features, bins, () => control.throwIfCanceled());
    this.#bins.set(binsKey, binned);
    this.#onBinned(binsKey, binned);
    return binned;
  }
}

/** The same rows for the same share and seed. */
function shareOfRows({ target }: LearningTask, share: number, seed: number): Int32Array {
  return sampleRows(Int32Array.from(target.keys()), Math.ceil(share * target.length), seededRandom(seed));
}

/** Bytes that a state takes, whatever it is made of: a measure of how much a model has learnt. */
function sizeOf(state: Json | undefined): number {
  if (typeof state === 'number') return Float64Array.BYTES_PER_ELEMENT;
  if (typeof state === 'string') return state.length;
  if (typeof state !== 'object' || state === null) return 0;
  return Object.values(state).reduce<number>((sum, part) => sum + sizeOf(part), 0);
}
