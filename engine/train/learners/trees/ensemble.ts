import type { FeatureMatrix } from '../../features/feature-matrix.ts';

/** Which values the columns of an ensemble have. */
export interface EnsembleColumns {
  /** Columns of numbers; those of categories follow. */
  denseWidth: number;
  /** Per column of categories: the bin of each code. Sets are sets of bins. */
  binsOfCodes: readonly Uint8Array[];
}

/**
 * Decision trees in flat arrays, each tree depth first: the left child of a node is the next node. A number that is <= the
 * cut goes left; a category goes left where the set has the bit of its bin.
 */
export interface TreeEnsemble extends EnsembleColumns {
  /** Scores a row. */
  outputs: number;
  /** Values a leaf: 1, where tree t adds to output t % outputs; else one for each output. */
  leafWidth: number;
  /** First node of each tree. */
  roots: Int32Array;
  /** Per node: the column it asks, -1 for a leaf. */
  columns: Int32Array;
  /** Per node: the cut, or the number of the set, a whole number. */
  cuts: Float32Array;
  /** Per node: its right child; of a leaf its number. */
  links: Int32Array;
  /** Per node: 1 where missing numbers go left. */
  missingLeft: Uint8Array;
  /** Per node: how many training rows came by; of a forest their weights, each as often as it was drawn, summed. */
  covers: Float32Array;
  /** leaves x leafWidth. */
  leafValues: Float64Array;
  /** Bits of bins, `setWords` numbers a set. */
  sets: Uint32Array;
  setWords: number;
}

interface Scope {
  firstTree?: number;
  endTree?: number;
  /** All where absent. */
  rows?: Uint32Array;
}

const cachedRows = 256;

/** Adds what trees say of rows, tree by tree in their order, to rows x outputs scores. */
export function addScores(
  ensemble: TreeEnsemble,
  features: FeatureMatrix,
  scores: Float64Array,
  { firstTree = 0, endTree = ensemble.roots.length, rows }: Scope = {},
): void {
  const leafOf = leafFinder(ensemble, features);
  const add = leafAdder(ensemble, scores);
  const count = rows ? rows.length : features.rows;
  // Some rows at a time, so that they stay in the processor's cache while tree after tree reads them.
  for (let begin = 0; begin < count; begin += cachedRows) {
    const end = Math.min(count, begin + cachedRows);
    for (let tree = firstTree; tree < endTree; tree++) {
      const root = ensemble.roots[tree] as number;
      for (let place = begin; place < end; place++) {
        const row = rows ? (rows[place] as number) : place;
        add(tree, row, leafOf(root, row));
      }
    }
  }
}

/** @returns what adds the values of a tree's leaf to the scores of a row. */
export function leafAdder(
  { outputs, leafWidth, leafValues, links }: TreeEnsemble,
  scores: Float64Array,
): (tree: number, row: number, leaf: number) => void {
  return (tree, row, leaf) => {
    const value = (links[leaf] as number) * leafWidth;
    const score = row * outputs + (leafWidth === 1 ? tree % outputs : 0);
    for (let output = 0; output < leafWidth; output++) {
      scores[score + output] = (scores[score + output] as number) + (leafValues[value + output] as number);
    }
  };
}

/** @returns a function from the first node of a tree and a row to the node of the leaf that the row ends in. */
export function leafFinder(ensemble: TreeEnsemble, features: FeatureMatrix): (root: number, row: number) => number {
  const { columns, cuts, links } = ensemble;
  const goesLeft = sideFinder(ensemble, features);
  return (root, row) => {
    let node = root;
    for (let column = columns[node] as number; column >= 0; column = columns[node] as number) {
      node = goesLeft(node, column, cuts[node] as number, row) ? node + 1 : (links[node] as number);
    }
    return node;
  };
}

/** @returns whether a row goes left at a node, whose column and cut are given along. */
export function sideFinder(
  { denseWidth, binsOfCodes, missingLeft, sets, setWords }: TreeEnsemble,
  { dense, blocks }: FeatureMatrix,
): (node: number, column: number, cut: number, row: number) => boolean {
  return (node, column, cut, row) => {
    if (column < denseWidth) {
      const value = dense[row * denseWidth + column] as number;
      return value <= cut || (missingLeft[node] === 1 && Number.isNaN(value));
    }
    const code = blocks[column - denseWidth]?.codes[row] as number;
    const bin = binsOfCodes[column - denseWidth]?.[code] as number;
    return (((sets[cut * setWords + (bin >>> 5)] as number) >>> (bin & 31)) & 1) === 1;
  };
}
