import type { Random } from '../../../base/random.ts';
import type { BinnedColumn } from './bin-features.ts';
import type { ColumnHistogram } from './column-histogram.ts';
import type { SplitRule } from './ensemble-builder.ts';

/** What the rows of a node sum up to. */
export interface ForestNode {
  rows: number;
  weight: number;
  /** One a channel. */
  amounts: Float64Array;
}

export interface ForestSplit extends SplitRule {
  /** Sum over both sides and all channels of amount^2 / weight. */
  score: number;
}

/** Orders of categories are tried for so many of the classes of a node, the largest. */
const triedClasses = 8;

/**
 * The best cut of one column: the largest sum of amount^2 / weight over sides and channels, which is the least Gini impurity
 * of classes (Breiman et al. 1984) or the least variance of numbers.
 */
export class ForestSplitSearch {
  readonly #histogram: ColumnHistogram;
  readonly #minimumRows: number;
  readonly #channels: number;
  /** One cut a column is drawn instead of the best being sought (Geurts et al. 2006). */
  readonly #randomCuts: boolean;
  #random: Random | undefined;
  readonly #left: Float64Array;

  constructor(histogram: ColumnHistogram, channels: number, minimumRows: number, randomCuts: boolean) {
    this.#histogram = histogram;
    this.#channels = channels;
    this.#minimumRows = minimumRows;
    this.#randomCuts = randomCuts;
    this.#left = new Float64Array(channels);
  }

  /** @returns undefined where no cut leaves enough rows on both sides. */
  find(column: number, binned: BinnedColumn, node: ForestNode, random: Random): ForestSplit | undefined {
    this.#random = this.#randomCuts ? random : undefined;
    return binned.kind === 'number'
      ? this.#cutNumbers(column, binned.bins, node)
      : this.#divide(column, binned.bins, node);
  }

  #cutNumbers(column: number, bins: number, node: ForestNode): ForestSplit | undefined {
    const { present, size } = this.#histogram;
    const missingBin = bins - 1;
    const hasMissing = present[size - 1] === missingBin;
    const values = present.subarray(0, hasMissing ? size - 1 : size);
    if (!hasMissing) {
      const found = this.#scan(values, values.length - 1, node);
      return found && { column, bin: found.bin, score: found.score, missingLeft: 2 * found.rows >= node.rows };
    }
    const right = this.#scan(values, values.length, node);
    const left = this.#scan(values, values.length - 1, node, missingBin);
    if (left && (right === undefined || left.score > right.score)) {
      return { column, bin: left.bin, score: left.score, missingLeft: true };
    }
    return right && { column, bin: right.bin, score: right.score, missingLeft: false };
  }

  /** Moves bins in this order to the left, after `first`, and keeps the best place to stop before `end`. */
  #scan(
    order: ArrayLike<number>,
    end: number,
    node: ForestNode,
    first = -1,
  ): { bin: number; place: number; score: number; rows: number } | undefined {
    const { counts, weights, amounts } = this.#histogram;
    const channels = this.#channels;
    const left = this.#left.fill(0);
    const drawn = this.#random && Math.floor(this.#random() * end);
    let leftRows = 0;
    let leftWeight = 0;
    const take = (bin: number) => {
      leftRows += counts[bin] as number;
      leftWeight += weights[bin] as number;
      for (let channel = 0; channel < channels; channel++) {
        left[channel] = (left[channel] as number) + (amounts[bin * channels + channel] as number);
      }
    };
    if (first >= 0) take(first);
    let best: { bin: number; place: number; score: number; rows: number } | undefined;
    for (let place = 0; place < end; place++) {
      const bin = order[place] as number;
      take(bin);
      if (drawn !== undefined && place !== drawn) continue;
      if (leftRows < this.#minimumRows) continue;
      if (node.rows - leftRows < this.#minimumRows) break;
      const rightWeight = node.weight - leftWeight;
      let leftSquares = 0;
      let rightSquares = 0;
      for (let channel = 0; channel < channels; channel++) {
        const amount = left[channel] as number;
        const other = (node.amounts[channel] as number) - amount;
        leftSquares += amount * amount;
        rightSquares += other * other;
      }
      const score = leftSquares / leftWeight + rightSquares / rightWeight;
      if (score > (best?.score ?? Number.NEGATIVE_INFINITY)) best = { bin, place, score, rows: leftRows };
    }
    return best;
  }

  /** The best cut of the categories sorted by mean, or by the share of each of the larger classes in turn. */
  #divide(column: number, bins: number, node: ForestNode): ForestSplit | undefined {
    const { present, size, counts } = this.#histogram;
    const shown = Array.from(present.subarray(0, size));
    let best: ForestSplit | undefined;
    for (const order of this.#orders(shown, node)) {
      const found = this.#scan(order, order.length - 1, node);
      if (found === undefined || (best && best.score >= found.score)) continue;
      const largerIsLeft = 2 * found.rows >= node.rows;
      const leftBins = new Uint8Array(bins);
      for (let bin = 0; bin < bins; bin++) leftBins[bin] = Number(largerIsLeft && counts[bin] === 0);
      for (const bin of order.slice(0, found.place + 1)) leftBins[bin] = 1;
      best = { column, bin: -1, missingLeft: false, leftBins, score: found.score };
    }
    return best;
  }

  #orders(shown: readonly number[], node: ForestNode): number[][] {
    const { weights, amounts } = this.#histogram;
    const random = this.#random;
    if (random) {
      const drawn = new Map(shown.map((bin) => [bin, random()]));
      return [shown.toSorted((one, other) => (drawn.get(one) as number) - (drawn.get(other) as number))];
    }
    const channels = Array.from({ length: this.#channels }, (_, channel) => channel)
      .sort((one, other) => (node.amounts[other] as number) - (node.amounts[one] as number) || one - other)
      .slice(0, triedClasses);
    return channels.map((channel) => {
      const mean = (bin: number) => (amounts[bin * this.#channels + channel] as number) / (weights[bin] as number);
      return shown.toSorted((one, other) => mean(one) - mean(other) || one - other);
    });
  }
}
