import type { BinnedColumn } from './bin-features.ts';
import type { EnsembleBuilder } from './ensemble-builder.ts';
import { findSplit } from './find-split.ts';
import type { Gradients, Histogram, HistogramPool } from './histograms.ts';
import { type Bounds, type NodeSums, noBounds, nodeValue, rest, type Split, type SplitLimits } from './split.ts';

export interface GrowthLimits extends SplitLimits {
  maximumLeaves: number;
  /** Edges from the root to the deepest leaf. */
  maximumDepth: number;
}

/** Rows at [start, end) of the order that a tree was grown with. */
export interface Leaf {
  start: number;
  end: number;
  value: number;
}

/** What a tree is grown on. */
export interface TreePlan {
  /** How many, at the beginning of the pool's order. */
  rows: number;
  /** Whose gradients. */
  output: number;
  /** Columns that may be asked. */
  candidates: ArrayLike<number>;
  /** Times this is what leaves answer. */
  shrinkage: number;
  /** The answer of the rows at [start, end) of the order; the best second-order step where absent. */
  answerOf?(start: number, end: number): number;
}

interface Node extends NodeSums {
  start: number;
  end: number;
  depth: number;
  bounds: Bounds;
  histogram?: Histogram;
  split?: Split;
  children?: [Node, Node];
}

/** Grows trees leaf by leaf, the most profitable split first (Shi 2007; LightGBM, Ke et al. 2017). */
export class TreeGrower {
  readonly #columns: readonly BinnedColumn[];
  readonly #limits: GrowthLimits;
  readonly #pool: HistogramPool;
  readonly #beforeSplit: () => void;

  /** @param beforeSplit is called before each split, to let a fit be canceled. */
  constructor(columns: readonly BinnedColumn[], limits: GrowthLimits, pool: HistogramPool, beforeSplit: () => void) {
    this.#columns = columns;
    this.#limits = limits;
    this.#pool = pool;
    this.#beforeSplit = beforeSplit;
  }

  /**
   * Grows one tree on the first rows of the pool's order, which are put into the order of its leaves, and adds it to
   * `builder`.
   * @returns the leaves, from left to right.
   */
  grow(plan: TreePlan, builder: EnsembleBuilder): Leaf[] {
    const root = this.#makeRoot(plan);
    const open = [root];
    for (let leaves = 1; leaves < this.#limits.maximumLeaves; leaves++) {
      const place = placeOfBest(open);
      if (place < 0) break;
      const isLast = leaves + 1 === this.#limits.maximumLeaves;
      const [left, right] = this.#divide(open[place] as Node, plan, isLast);
      open[place] = left;
      open.push(right);
    }
    for (const node of open) this.#drop(node);
    return this.#write(root, builder, plan);
  }

  #makeRoot(plan: TreePlan): Node {
    const { rows, output } = plan;
    const { order } = this.#pool;
    const gradients = this.#pool.gradients[output] as Gradients;
    let gradient = 0;
    let hessian = 0;
    for (let place = 0; place < rows; place++) {
      const row = order[place] as number;
      gradient += gradients[2 * row] as number;
      hessian += gradients[2 * row + 1] as number;
    }
    const root: Node = { start: 0, end: rows, depth: 0, bounds: noBounds, gradient, hessian, rows };
    if (this.#canSplit(root)) {
      root.histogram = this.#pool.make(0, rows, output);
      this.#search(root, plan);
    }
    return root;
  }

  #canSplit({ rows, hessian, depth }: Node): boolean {
    const { minimumRows, minimumHessian, maximumDepth } = this.#limits;
    return depth < maximumDepth && rows >= 2 * minimumRows && hessian >= 2 * minimumHessian;
  }

  #search(node: Node, { candidates }: TreePlan): void {
    const { offsets } = this.#pool;
    node.split = findSplit(
      node.histogram as Histogram,
      offsets,
      this.#columns,
      candidates,
      node,
      this.#limits,
      node.bounds,
    );
    if (node.split === undefined) this.#drop(node);
  }

  #drop(node: Node): void {
    if (node.histogram) this.#pool.release(node.histogram);
    node.histogram = undefined;
  }

  #divide(node: Node, plan: TreePlan, isLast: boolean): [Node, Node] {
    this.#beforeSplit();
    const split = node.split as Split;
    const middle = this.#pool.partition(split, node.start, node.end);
    const sides = this.#boundsOfSides(node, split);
    const depth = node.depth + 1;
    const left: Node = { ...split.left, start: node.start, end: middle, depth, bounds: sides[0] };
    const right: Node = { ...rest(node, split.left), start: middle, end: node.end, depth, bounds: sides[1] };
    node.children = [left, right];
    const searched = isLast ? [] : [left, right].filter((child) => this.#canSplit(child));
    if (searched.length === 0) this.#drop(node);
    else {
      const [smaller, larger] = left.rows <= right.rows ? [left, right] : [right, left];
      const parent = node.histogram as Histogram;
      smaller.histogram = this.#pool.make(smaller.start, smaller.end, plan.output);
      this.#pool.subtract(parent, smaller.histogram);
      larger.histogram = parent;
      node.histogram = undefined;
      for (const child of [left, right]) {
        if (searched.includes(child)) this.#search(child, plan);
        else this.#drop(child);
      }
    }
    return node.children;
  }

  /** A split of a monotone column keeps the answers of both sides apart, for all that is grown below (LightGBM "basic"). */
  #boundsOfSides({ bounds, ...node }: Node, { column, bin, left }: Split): [Bounds, Bounds] {
    const { monotone, l2 } = this.#limits;
    const direction = monotone?.[column] ?? 0;
    const lastValueBin = (this.#columns[column] as BinnedColumn).bins - 2;
    if (direction === 0 || bin === lastValueBin) return [bounds, bounds];
    const middle = (nodeValue(left, l2, bounds) + nodeValue(rest(node, left), l2, bounds)) / 2;
    const below = { ...bounds, upper: middle };
    const above = { ...bounds, lower: middle };
    return direction > 0 ? [below, above] : [above, below];
  }

  #write(root: Node, builder: EnsembleBuilder, { shrinkage, answerOf }: TreePlan): Leaf[] {
    const leaves: Leaf[] = [];
    builder.startTree();
    const waiting: { node: Node; parent: number }[] = [{ node: root, parent: -1 }];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { node, parent } = next;
      if (parent >= 0) builder.setRight(parent);
      if (node.children && node.split) {
        const [left, right] = node.children;
        const place = builder.addSplit(node.split, node.rows);
        waiting.push({ node: right, parent: place }, { node: left, parent: -1 });
      } else {
        const { start, end, bounds } = node;
        const best = answerOf
          ? Math.min(bounds.upper, Math.max(bounds.lower, answerOf(start, end)))
          : nodeValue(node, this.#limits.l2, bounds);
        const value = shrinkage * (Number.isFinite(best) ? best : 0);
        builder.addLeaf([value], node.rows);
        leaves.push({ start, end, value });
      }
    }
    return leaves;
  }
}

/** The leaf whose split lowers the loss most, the first of equals; -1 where none can be split. */
function placeOfBest(open: readonly Node[]): number {
  let best = -1;
  let bestGain = 0;
  open.forEach(({ split }, place) => {
    if (split && split.gain > bestGain) {
      best = place;
      bestGain = split.gain;
    }
  });
  return best;
}
