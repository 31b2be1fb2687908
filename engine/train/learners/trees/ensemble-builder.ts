import { largestFloat32 } from '../../../base/float32.ts';
import type { BinnedColumn } from './bin-features.ts';
import type { TreeEnsemble } from './ensemble.ts';

/** How a node divides its rows. */
export interface SplitRule {
  column: number;
  /** Numbers: the last bin that goes left. */
  bin: number;
  missingLeft: boolean;
  /** Categories: 1 for each bin that goes left. */
  leftBins?: Uint8Array;
}

/** Collects trees node by node, depth first, into the arrays of an ensemble. */
export class EnsembleBuilder {
  readonly #ensemble: TreeEnsemble;
  readonly #columns: readonly BinnedColumn[];
  #nodes = 0;
  #leaves = 0;
  #sets = 0;
  #trees = 0;

  /** @param before trees to begin with, on the same columns. */
  constructor(columns: readonly BinnedColumn[], outputs: number, leafWidth: number, before?: TreeEnsemble) {
    const categories = columns.filter((column) => column.kind === 'category');
    this.#columns = columns;
    this.#ensemble = {
      outputs,
      leafWidth,
      denseWidth: columns.length - categories.length,
      binsOfCodes: categories.map(({ binOfCode }) => binOfCode),
      roots: new Int32Array(16),
      columns: new Int32Array(64),
      cuts: new Float32Array(64),
      links: new Int32Array(64),
      missingLeft: new Uint8Array(64),
      covers: new Float32Array(64),
      leafValues: new Float64Array(64 * leafWidth),
      sets: new Uint32Array(0),
      setWords: Math.ceil(Math.max(0, ...categories.map(({ bins }) => bins)) / 32),
    };
    if (before === undefined) return;
    this.#ensemble = { ...before };
    this.#nodes = before.columns.length;
    this.#leaves = before.leafValues.length / leafWidth;
    this.#sets = before.setWords === 0 ? 0 : before.sets.length / before.setWords;
    this.#trees = before.roots.length;
  }

  startTree(): void {
    const ensemble = this.#ensemble;
    if (this.#trees === ensemble.roots.length) ensemble.roots = grown(ensemble.roots);
    ensemble.roots[this.#trees++] = this.#nodes;
  }

  /** Adds an inner node, whose left child comes next; `setRight` tells where the right one is. */
  addSplit(rule: SplitRule, cover: number): number {
    const node = this.#addNode(rule.column, cover);
    const column = this.#columns[rule.column] as BinnedColumn;
    this.#ensemble.missingLeft[node] = Number(rule.missingLeft);
    this.#ensemble.cuts[node] =
      // Without a cut of its own every value that is there goes left.
      column.kind === 'number' ? (column.cuts[rule.bin] ?? largestFloat32) : this.#addSet(rule.leftBins as Uint8Array);
    return node;
  }

  /** The right child of an inner node is the node that will be added next. */
  setRight(node: number): void {
    this.#ensemble.links[node] = this.#nodes;
  }

  addLeaf(values: ArrayLike<number>, cover: number): void {
    const ensemble = this.#ensemble;
    const { leafWidth } = ensemble;
    const node = this.#addNode(-1, cover);
    ensemble.links[node] = this.#leaves;
    if ((this.#leaves + 1) * leafWidth > ensemble.leafValues.length) ensemble.leafValues = grown(ensemble.leafValues);
    ensemble.leafValues.set(values, this.#leaves * leafWidth);
    this.#leaves++;
  }

  /** The trees so far, in arrays that may be longer than they need to be; good until the next tree is started. */
  current(): TreeEnsemble {
    return this.#ensemble;
  }

  /** The first `trees` trees. */
  finish(trees = this.#trees): TreeEnsemble {
    const ensemble = this.#ensemble;
    const nodes = trees === this.#trees ? this.#nodes : (ensemble.roots[trees] as number);
    const columns = ensemble.columns.slice(0, nodes);
    const leaves = columns.reduce((count, column) => count + Number(column < 0), 0);
    const sets = columns.reduce((count, column) => count + Number(column >= ensemble.denseWidth), 0);
    return {
      ...ensemble,
      columns,
      roots: ensemble.roots.slice(0, trees),
      cuts: ensemble.cuts.slice(0, nodes),
      links: ensemble.links.slice(0, nodes),
      missingLeft: ensemble.missingLeft.slice(0, nodes),
      covers: ensemble.covers.slice(0, nodes),
      leafValues: ensemble.leafValues.slice(0, leaves * ensemble.leafWidth),
      sets: ensemble.sets.slice(0, sets * ensemble.setWords),
    };
  }

  #addNode(column: number, cover: number): number {
    const ensemble = this.#ensemble;
    const node = this.#nodes++;
    if (node === ensemble.columns.length) {
      ensemble.columns = grown(ensemble.columns);
      ensemble.cuts = grown(ensemble.cuts);
      ensemble.links = grown(ensemble.links);
      ensemble.missingLeft = grown(ensemble.missingLeft);
      ensemble.covers = grown(ensemble.covers);
    }
    ensemble.columns[node] = column;
    ensemble.covers[node] = cover;
    return node;
  }

  #addSet(leftBins: Uint8Array): number {
    const { setWords } = this.#ensemble;
    const set = this.#sets++;
    const start = set * setWords;
    if (start + setWords > this.#ensemble.sets.length) {
      this.#ensemble.sets = grown(this.#ensemble.sets, 64 * setWords);
    }
    const { sets } = this.#ensemble;
    for (let bin = 0; bin < leftBins.length; bin++) {
      const word = start + (bin >>> 5);
      if (leftBins[bin] === 1) sets[word] = ((sets[word] as number) | (1 << (bin & 31))) >>> 0;
    }
    return set;
  }
}

type Numbers = Int32Array | Float32Array | Uint8Array | Uint32Array | Float64Array;

/** Twice as long. */
function grown<Kind extends Numbers>(values: Kind, least = 16): Kind {
  const longer = new (values.constructor as new (length: number) => Kind)(Math.max(least, values.length * 2));
  longer.set(values as never);
  return longer;
}
