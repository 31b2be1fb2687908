import { seededRandom } from '../../../base/random.ts';
import type { FitControl, LearningRows, LearningTask, Parameters } from '../learner.ts';
import { binnedRows } from './bin-features.ts';
import { addScores, type TreeEnsemble } from './ensemble.ts';
import { EnsembleBuilder } from './ensemble-builder.ts';
import { type GrowthLimits, type Leaf, TreeGrower } from './grow-tree.ts';
import { HistogramPool } from './histograms.ts';
import { chooseLoss, type Loss } from './losses.ts';
import { sampleColumns, sampleRows } from './sampling.ts';

export interface Boosted {
  ensemble: TreeEnsemble;
  /** Scores before the first tree, one an output. */
  baseline: Float64Array;
  /** Rounds that were kept. */
  rounds: number;
}

/** Training loss is told from so many rows at the most. */
const lossRows = 20_000;

/**
 * Gradient boosting (Friedman 2001) by second-order steps on histograms: each round adds a tree an output, grown on the
 * derivatives of the loss at the scores so far. With validation rows it stops where their loss has not become less for
 * `patience` rounds, and keeps the trees up to the best round.
 */
export function boost(learning: LearningTask, parameters: Parameters, control: FitControl): Boosted {
  const loss = chooseLoss(learning, parameters);
  const binned = binnedRows(learning, parameters.max_bins as number, control);
  const { target, weights, features, validation } = learning;
  const { outputs } = loss;
  const baseline = loss.baseline(learning);
  const scores = repeated(baseline, target.length);
  const validationScores = validation && repeated(baseline, validation.target.length);
  const builder = new EnsembleBuilder(binned.columns, outputs, 1);
  const hasConstantHessian = loss.constantHessian && weights === undefined;
  const pool = new HistogramPool(binned, outputs, hasConstantHessian);
  const limits = growthLimits(parameters, learning.monotone);
  const grower = new TreeGrower(binned.columns, limits, pool, () => control.throwIfCanceled());
  const random = seededRandom(learning.seed);
  const rounds = parameters.rounds as number;
  const watch = earlyStopping(parameters.patience as number);
  const shrinkage = parameters.learning_rate as number;
  const leafValue = (rows: Uint32Array) => loss.leafValue?.(scores, learning, rows) as number;
  let round = 0;
  for (; round < rounds && !watch.isOver(); round++) {
    const drawn = sampleRows(target.length, weights, parameters.row_share as number, random);
    const candidates = sampleColumns(binned.columns.length, parameters.column_share as number, random);
    const order = pool.order.subarray(0, drawn.length);
    const answerOf = loss.leafValue && ((start: number, end: number) => leafValue(order.subarray(start, end)));
    loss.differentiate(scores, learning, pool.gradients);
    for (let output = 0; output < outputs; output++) {
      control.throwIfCanceled();
      order.set(drawn);
      const leaves = grower.grow({ rows: drawn.length, output, candidates, shrinkage, answerOf }, builder);
      if (drawn.length < target.length) {
        addScores(builder.current(), features, scores, { firstTree: builder.trees - 1, endTree: builder.trees });
      } else for (const leaf of leaves) addLeaf(leaf, order, scores, outputs, output);
    }
    const metrics: Record<string, number> = { loss: meanLoss(loss, scores, learning) };
    if (validation && validationScores) {
      addScores(builder.current(), validation.features, validationScores, {
        firstTree: builder.trees - outputs,
        endTree: builder.trees,
      });
      metrics.validation_loss = meanLoss(loss, validationScores, validation);
      watch.saw(metrics.validation_loss);
    }
    control.progress(round + 1, rounds, metrics);
  }
  const kept = validation ? watch.bestRound() : round;
  return { ensemble: builder.finish(kept * outputs), baseline, rounds: kept };
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

/** Weighted mean over evenly spread rows. */
function meanLoss(loss: Loss, scores: Float64Array, { target, weights }: Pick<LearningRows, 'target' | 'weights'>) {
  const step = Math.max(1, Math.floor(target.length / lossRows));
  let total = 0;
  let sum = 0;
  for (let row = 0; row < target.length; row += step) {
    const weight = weights?.[row] ?? 1;
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
