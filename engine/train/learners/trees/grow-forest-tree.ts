import type { Random } from '../../../base/random.ts';
import type { BinnedColumn, BinnedFeatures } from './bin-features.ts';
import { type Amounts, ColumnHistogram } from './column-histogram.ts';
import type { EnsembleBuilder } from './ensemble-builder.ts';
import { type ForestNode, type ForestSplit, ForestSplitSearch } from './find-forest-split.ts';
import { partitionRows } from './partition.ts';

export interface ForestLimits {
  minimumRows: number;
  maximumDepth: number;
  /** Columns that are tried at a node, drawn anew each time. */
  triedColumns: number;
  /** Cuts are drawn instead of sought. */
  randomCuts: boolean;
}

interface Waiting {
  start: number;
  end: number;
  depth: number;
  /** The node whose right child this is; -1 for a root or a left child. */
  parent: number;
}

/** A gain below this share of the node's sum of squares is nothing but rounding. */
const smallestGainShare = 1e-12;

/** Grows the trees of a forest, each until its leaves are pure or as small as they may be (Breiman 2001). */
export class ForestGrower {
  readonly #binned: BinnedFeatures;
  readonly #limits: ForestLimits;
  readonly #beforeSplit: () => void;
  readonly #spare: Uint32Array;
  readonly #columns: Int32Array;
  readonly #histogram: ColumnHistogram;
  readonly #search: ForestSplitSearch;
  readonly #leafValue: (node: ForestNode) => Float64Array;

  constructor(
    binned: BinnedFeatures,
    channels: number,
    limits: ForestLimits,
    leafValue: (node: ForestNode) => Float64Array,
    beforeSplit: () => void,
  ) {
    this.#binned = binned;
    this.#limits = limits;
    this.#leafValue = leafValue;
    this.#beforeSplit = beforeSplit;
    this.#spare = new Uint32Array(binned.rows);
    this.#columns = new Int32Array(binned.columns.length);
    this.#histogram = new ColumnHistogram(channels);
    this.#search = new ForestSplitSearch(this.#histogram, channels, limits.minimumRows, limits.randomCuts);
  }

  /** Adds one tree, grown on the rows in `order`, which is put into the order of its leaves. */
  grow(order: Uint32Array, rows: Amounts, builder: EnsembleBuilder, random: Random): void {
    builder.startTree();
    this.#columns.forEach((_, column) => {
      this.#columns[column] = column;
    });
    const waiting: Waiting[] = [{ start: 0, end: order.length, depth: 0, parent: -1 }];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { start, end, depth, parent } = next;
      if (parent >= 0) builder.setRight(parent);
      const node = sumUp(order, start, end, rows);
      const split = this.#canSplit(node, depth) ? this.#findSplit(order, start, end, rows, node, random) : undefined;
      if (split === undefined) {
        builder.addLeaf(this.#leafValue(node), node.weight);
        continue;
      }
      this.#beforeSplit();
      const middle = partitionRows(this.#binned, split, order, start, end, this.#spare);
      const place = builder.addSplit(split, node.weight);
      waiting.push({ start: middle, end, depth: depth + 1, parent: place });
      waiting.push({ start, end: middle, depth: depth + 1, parent: -1 });
    }
  }

  #canSplit(node: SummedNode, depth: number): boolean {
    const { minimumRows, maximumDepth } = this.#limits;
    if (depth >= maximumDepth || node.rows < 2 * minimumRows) return false;
    return node.squares - scoreOf(node) > smallestGainShare * node.squares;
  }

  /** Tries columns in random order until enough of them have told rows apart and one can be cut. */
  #findSplit(
    order: Uint32Array,
    start: number,
    end: number,
    rows: Amounts,
    node: SummedNode,
    random: Random,
  ): ForestSplit | undefined {
    const { columnBins, columns } = this.#binned;
    const drawn = this.#columns;
    const least = scoreOf(node) + smallestGainShare * node.squares;
    let best: ForestSplit | undefined;
    let tried = 0;
    for (let place = 0; place < drawn.length && (tried < this.#limits.triedColumns || !best); place++) {
      const other = place + Math.floor(random() * (drawn.length - place));
      const column = drawn[other] as number;
      drawn[other] = drawn[place] as number;
      drawn[place] = column;
      this.#histogram.fill(columnBins[column] as Uint8Array, order, start, end, rows);
      if (this.#histogram.size < 2) continue;
      tried++;
      const found = this.#search.find(column, columns[column] as BinnedColumn, node, random);
      if (found && found.score > (best?.score ?? least)) best = found;
    }
    return best;
  }
}

interface SummedNode extends ForestNode {
  /** Sum of amount^2 / weight over the rows: the score of a node with every row in a leaf of its own. */
  squares: number;
}

function sumUp(order: Uint32Array, start: number, end: number, rows: Amounts): SummedNode {
  const { channels, channelOf } = rows;
  const amounts = new Float64Array(channels);
  let weight = 0;
  let squares = 0;
  for (let place = start; place < end; place++) {
    const row = order[place] as number;
    const amount = rows.amounts[row] as number;
    const own = rows.weights[row] as number;
    const channel = channelOf === undefined ? 0 : (channelOf[row] as number);
    amounts[channel] = (amounts[channel] as number) + amount;
    weight += own;
    squares += (amount * amount) / own;
  }
  return { rows: end - start, weight, amounts, squares };
}

function scoreOf({ amounts, weight }: ForestNode): number {
  let squares = 0;
  for (const amount of amounts) squares += amount * amount;
  return squares / weight;
}
