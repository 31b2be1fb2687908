import type { FitControl, LearningRows, LearningTask, Parameters } from '../learner.ts';
import { binnedRows } from './bin-features.ts';
import { addScores, type TreeEnsemble } from './ensemble.ts';
import { EnsembleBuilder } from './ensemble-builder.ts';
import { type GrowthLimits, type Leaf, TreeGrower } from './grow-tree.ts';
import { HistogramPool } from './histograms.ts';
import { chooseLoss, type Loss } from './losses.ts';
import { drawsOf, sampleColumns, sampleRows } from './sampling.ts';

export interface Boosted {
  ensemble: TreeEnsemble;
  /** Scores before the first tree, one an output. */
  baseline: Float64Array;
  /** Rounds that it has. */
  rounds: number;
}

/** Training loss is told from so many rows at the most. */
const lossRows = 20_000;

/**
 * Gradient boosting (Friedman 2001) by second-order steps on histograms: each round adds a tree an output, grown on the
 * derivatives of the loss at the scores so far. With validation rows it stops where their loss has not become less for
 * `patience` rounds, and keeps the trees up to the best round.
 * @param before trees of a fit of the same task with the same parameters, to go on from.
 * @param onRound is given what the fit would be if it ended here.
 */
export function boost(
  learning: LearningTask,
  parameters: Parameters,
  control: FitControl,
  before: TreeEnsemble | undefined,
  onRound: (soFar: () => Boosted) => void,
): Boosted {
  const rounds = parameters.rounds as number;
  const watch = earlyStopping(parameters.patience as number);
  const boosting = new Boosting(learning, parameters, control, before);
  const roundsBefore = (before?.roots.length ?? 0) / boosting.outputs;
  let round = 0;
  for (; round < rounds && !watch.isOver(); round++) {
    if (round >= roundsBefore) boosting.grow(round);
    else boosting.replay(round);
    const metrics = boosting.losses();
    if (metrics.validation_loss !== undefined) watch.saw(metrics.validation_loss);
    control.progress(round + 1, rounds, metrics);
    const done = round + 1;
    if (round >= roundsBefore) onRound(() => boosting.finish(done));
  }
  return boosting.finish(learning.validation ? watch.bestRound() : round);
}

/** The trees of a fit and the scores that they give. */
class Boosting {
  readonly outputs: number;
  readonly #learning: LearningTask;
  readonly #parameters: Parameters;
  readonly #control: FitControl;
  readonly #loss: Loss;
  readonly #pool: HistogramPool;
  readonly #grower: TreeGrower;
  readonly #builder: EnsembleBuilder;
  readonly #baseline: Float64Array;
  readonly #scores: Float64Array;
  readonly #validationScores: Float64Array | undefined;

  constructor(learning: LearningTask, parameters: Parameters, control: FitControl, before: TreeEnsemble | undefined) {
    this.#learning = learning;
    this.#parameters = parameters;
    this.#control = control;
    this.#loss = chooseLoss(learning, parameters);
    this.outputs = this.#loss.outputs;
    const { columns, ...binned } = binnedRows(learning, parameters.max_bins as number, control);
    this.#baseline = this.#loss.baseline(learning);
    this.#scores = repeated(this.#baseline, learning.target.length);
    this.#validationScores = learning.validation && repeated(this.#baseline, learning.validation.target.length);
    this.#builder = new EnsembleBuilder(columns, this.outputs, 1, before);
    const constantHessian = this.#loss.constantHessian && learning.weights === undefined;
    this.#pool = new HistogramPool({ ...binned, columns }, this.outputs, constantHessian);
    const limits = growthLimits(parameters, learning.monotone);
    this.#grower = new TreeGrower(columns, limits, this.#pool, () => control.throwIfCanceled());
  }

  /** Adds a tree an output. */
  grow(round: number): void {
    const { target, weights, seed, features } = this.#learning;
    const { row_share: rowShare, column_share: columnShare, learning_rate: shrinkage } = this.#parameters;
    const random = drawsOf(seed, round);
    const drawn = sampleRows(target.length, weights, rowShare as number, random);
    const candidates = sampleColumns(this.#pool.offsets.length - 1, columnShare as number, random);
    const order = this.#pool.order.subarray(0, drawn.length);
    const leafValue = this.#loss.leafValue?.bind(this.#loss, this.#scores, this.#learning);
    const answerOf = leafValue && ((start: number, end: number) => leafValue(order.subarray(start, end)));
    this.#loss.differentiate(this.#scores, this.#learning, this.#pool.gradients);
    for (let output = 0; output < this.outputs; output++) {
      this.#control.throwIfCanceled();
      order.set(drawn);
      const plan = { rows: drawn.length, output, candidates, shrinkage: shrinkage as number, answerOf };
      const leaves = this.#grower.grow(plan, this.#builder);
      if (drawn.length < target.length) {
        const tree = round * this.outputs + output;
        addScores(this.#builder.current(), features, this.#scores, { firstTree: tree, endTree: tree + 1 });
      } else for (const leaf of leaves) addLeaf(leaf, order, this.#scores, this.outputs, output);
    }
    this.#score(round);
  }

  /** Takes the trees of a round that were grown before. */
  replay(round: number): void {
    this.#control.throwIfCanceled();
    const trees = { firstTree: round * this.outputs, endTree: (round + 1) * this.outputs };
    addScores(this.#builder.current(), this.#learning.features, this.#scores, trees);
    this.#score(round);
  }

  #score(round: number): void {
    const { validation } = this.#learning;
    if (validation === undefined || this.#validationScores === undefined) return;
    const trees = { firstTree: round * this.outputs, endTree: (round + 1) * this.outputs };
    addScores(this.#builder.current(), validation.features, this.#validationScores, trees);
  }

  /** Mean losses on the training rows and on those kept aside. */
  losses(): Record<string, number> {
    const { validation } = this.#learning;
    const loss = meanLoss(this.#loss, this.#scores, this.#learning);
    if (validation === undefined || this.#validationScores === undefined) return { loss };
    return { loss, validation_loss: meanLoss(this.#loss, this.#validationScores, validation) };
  }

  finish(rounds: number): Boosted {
    return { ensemble: this.#builder.finish(rounds * this.outputs), baseline: this.#baseline, rounds };
  }
}

function addLeaf(
  { start, end, value }: Leaf,
  order: Uint32Array,
  scores: Float64Array,
  outputs: number,
  output: number,
) {
  for (let place = start; place < end; place++) {
    const score = (order[place] as number) * outputs + output;
    scores[score] = (scores[score] as number) + value;
  }
}

function growthLimits(parameters: Parameters, monotone: Int8Array | undefined): GrowthLimits {
  const maximumDepth = parameters.max_depth as number;
  return {
    maximumLeaves: parameters.max_leaves as number,
    maximumDepth: maximumDepth === 0 ? Number.POSITIVE_INFINITY : maximumDepth,
    minimumRows: parameters.min_samples_leaf as number,
    minimumHessian: parameters.min_hessian_leaf as number,
    l2: parameters.l2 as number,
    monotone: monotone?.some((direction) => direction !== 0) ? monotone : undefined,
  };
}

function repeated(values: Float64Array, times: number): Float64Array {
  const all = new Float64Array(values.length * times);
  for (let time = 0; time < times; time++) all.set(values, time * values.length);
  return all;
}

/** Weighted mean over evenly spread rows, of those that have a weight. */
function meanLoss(loss: Loss, scores: Float64Array, { target, weights }: Pick<LearningRows, 'target' | 'weights'>) {
  const step = Math.max(1, Math.floor(target.length / lossRows));
  let weighted = 0;
  let total = 0;
  let sum = 0;
  for (let row = 0; row < target.length; row++) {
    const weight = weights?.[row] ?? 1;
    if (weight === 0 || weighted++ % step !== 0) continue;
    total += weight;
    sum += weight * loss.lossOf(scores, row, target[row] as number);
  }
  return sum / total;
}

/** Least worth counting as better. */
const tolerance = 1e-7;

function earlyStopping(patience: number) {
  let rounds = 0;
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  return {
    saw(value: number) {
      rounds++;
      if (value >= least - tolerance) return;
      least = value;
      best = rounds;
    },
    bestRound: () => best,
    isOver: () => rounds - best >= patience,
  };
}
