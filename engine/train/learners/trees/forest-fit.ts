import type { Random } from '../../../base/random.ts';
import type { FitControl, LearningTask, Parameters } from '../learner.ts';
import { weightedMean } from '../weighted-mean.ts';
import { binnedRows } from './bin-features.ts';
import type { Amounts } from './column-histogram.ts';
import { addScores, type TreeEnsemble } from './ensemble.ts';
import { EnsembleBuilder } from './ensemble-builder.ts';
import type { ForestNode } from './find-forest-split.ts';
import { ForestGrower } from './grow-forest-tree.ts';
import { drawsOf, sampleRows } from './sampling.ts';

/**
 * A random forest (Breiman 2001): every tree on rows drawn with replacement, every split among columns drawn anew. A leaf
 * holds the share of each class (of two classes: of the second), or the mean of the target, and trees are averaged.
 * Progress tells the loss on the rows that the trees did not see.
 * @param before trees of a fit of the same task with the same parameters, to go on from.
 * @param onTree is given the forest so far.
 */
export function fitForest(
  learning: LearningTask,
  parameters: Parameters,
  control: FitControl,
  before: TreeEnsemble | undefined,
  onTree: (soFar: () => TreeEnsemble) => void,
): TreeEnsemble {
  const { features, seed } = learning;
  const binned = binnedRows(learning, parameters.max_bins as number, control);
  const channels = learning.classCount > 2 ? learning.classCount : 1;
  const center = learning.task === 'regression' ? weightedMean(learning.target, learning.weights) : 0;
  const builder = new EnsembleBuilder(binned.columns, channels, channels, before);
  const limits = {
    minimumRows: parameters.min_samples_leaf as number,
    maximumDepth: (parameters.max_depth as number) || Number.POSITIVE_INFINITY,
    triedColumns: triedColumns(parameters, learning.task, binned.columns.length),
    randomCuts: parameters.random_cuts as boolean,
  };
  const leafValue = ({ amounts, weight }: ForestNode) => amounts.map((amount) => center + amount / weight);
  const grower = new ForestGrower(binned, channels, limits, leafValue, () => control.throwIfCanceled());
  const unseen = unseenLoss(learning, channels);
  const trees = parameters.trees as number;
  const treesBefore = before?.roots.length ?? 0;
  for (let tree = 0; tree < trees; tree++) {
    control.throwIfCanceled();
    const random = drawsOf(seed, tree);
    const times = drawTimes(learning, parameters, random);
    if (tree >= treesBefore) {
      const order = rowsWhere(times, true);
      grower.grow(order, amountsOf(learning, times, channels, center), builder, random);
    }
    const rows = rowsWhere(times, false);
    addScores(builder.current(), features, unseen.sums, { firstTree: tree, endTree: tree + 1, rows });
    control.progress(tree + 1, trees, unseen.metrics(rows));
    if (tree >= treesBefore) onTree(() => builder.finish(tree + 1));
  }
  return builder.finish(trees);
}

/** Rows that were drawn, or that were not. */
function rowsWhere(times: Uint16Array, areDrawn: boolean): Uint32Array {
  const rows = new Uint32Array(times.length);
  let count = 0;
  for (let row = 0; row < times.length; row++) if ((times[row] as number) > 0 === areDrawn) rows[count++] = row;
  return rows.subarray(0, count);
}

function triedColumns({ column_share: share }: Parameters, task: LearningTask['task'], columns: number): number {
  const automatic = task === 'regression' ? columns / 3 : Math.sqrt(columns);
  return Math.max(1, Math.round(share === 0 ? automatic : (share as number) * columns));
}

/** How often each row is taken; rows without weight never. */
function drawTimes({ target, weights }: LearningTask, parameters: Parameters, random: Random): Uint16Array {
  const times = new Uint16Array(target.length);
  const usable = sampleRows(target.length, weights, 1, random);
  if (parameters.bootstrap === true) {
    const draws = Math.max(1, Math.round(usable.length * (parameters.row_share as number)));
    for (let draw = 0; draw < draws; draw++) {
      const row = usable[Math.floor(random() * usable.length)] as number;
      times[row] = (times[row] as number) + 1;
    }
  } else for (const row of sampleRows(target.length, weights, parameters.row_share as number, random)) times[row] = 1;
  return times;
}

function amountsOf(
  { target, weights, classCount }: LearningTask,
  times: Uint16Array,
  channels: number,
  center: number,
) {
  const own = Float64Array.from(times, (count, row) => count * (weights?.[row] ?? 1));
  const isClass = classCount > 0;
  const amounts = own.map((weight, row) =>
    isClass ? (channels > 1 || target[row] === 1 ? weight : 0) : weight * ((target[row] as number) - center),
  );
  const channelOf = channels > 1 ? Uint16Array.from(target) : undefined;
  return { channels, channelOf, amounts, weights: own } satisfies Amounts;
}

/** Mean loss of rows by the trees that did not see them (Breiman 2001, section 3.1). */
function unseenLoss({ target, classCount }: LearningTask, channels: number) {
  const sums = new Float64Array(target.length * channels);
  const votes = new Uint32Array(target.length);
  const lossOf = (row: number): number => {
    const mean = (channel: number) => (sums[row * channels + channel] as number) / (votes[row] as number);
    const label = target[row] as number;
    if (classCount === 0) return (mean(0) - label) ** 2 / 2;
    const probability = channels > 1 ? mean(label) : label === 1 ? mean(0) : 1 - mean(0);
    return -Math.log(Math.max(probability, 1e-15));
  };
  return {
    sums,
    /** Counts these rows' votes, and tells the loss over all rows that have one. */
    metrics(rows: Uint32Array): Record<string, number> | undefined {
      for (const row of rows) votes[row] = (votes[row] as number) + 1;
      let total = 0;
      let count = 0;
      for (let row = 0; row < target.length; row++) {
        if (votes[row] === 0) continue;
        total += lossOf(row);
        count++;
      }
      return count === 0 ? undefined : { oob_loss: total / count };
    },
  };
}
