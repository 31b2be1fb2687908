import type { FeatureMatrix } from '../features/feature-matrix.ts';
import { sideFinder, type TreeEnsemble } from '../learners/trees/ensemble.ts';

/**
 * Exact Shapley values of the summed scores of an ensemble, by the path-dependent TreeSHAP: what a column that is not known
 * would have been is taken from the training rows on each side of a split (Lundberg et al. 2018, algorithm 2; Lundberg et
 * al. 2020, "From local explanations to global understanding with explainable AI for trees").
 * @returns rows x columns x outputs values, row-major, and the mean score that they are differences from, one an output.
 */
export function treeContributions(
  ensemble: TreeEnsemble,
  features: FeatureMatrix,
  throwIfCanceled: () => void = () => {},
): { base: Float64Array; values: Float64Array } {
  const { outputs, leafWidth, roots, denseWidth, binsOfCodes } = ensemble;
  const width = denseWidth + binsOfCodes.length;
  const values = new Float64Array(features.rows * width * outputs);
  const base = new Float64Array(outputs);
  roots.forEach((root, tree) => {
    const first = leafWidth === 1 ? tree % outputs : 0;
    addMeans(ensemble, root, base.subarray(first, first + leafWidth));
    const walk = new TreeWalk(ensemble, features, root);
    for (let row = 0; row < features.rows; row++) {
      throwIfCanceled();
      walk.explain(row, values, row * width * outputs + first);
    }
  });
  return { base, values };
}

/** Adds the mean leaf of a tree, by the training rows that came to each. */
function addMeans(ensemble: TreeEnsemble, root: number, into: Float64Array): void {
  const { columns, links, covers, leafValues, leafWidth } = ensemble;
  const total = covers[root] as number;
  const waiting = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if ((columns[node] as number) >= 0) waiting.push(links[node] as number, node + 1);
    else {
      const share = (covers[node] as number) / total;
      for (let place = 0; place < leafWidth; place++) {
        const value = leafValues[(links[node] as number) * leafWidth + place] as number;
        into[place] = (into[place] as number) + share * value;
      }
    }
  }
}

/**
 * The ways to the leaves of one tree. A way has one element a different column on it: the share of training rows that go
 * on where the column is not known (`zero`), whether the explained row goes on (`one`), and the weights of the subsets of
 * known columns by their size. Elements of a level lie after those of the level above.
 */
class TreeWalk {
  readonly #ensemble: TreeEnsemble;
  readonly #goesLeft: ReturnType<typeof sideFinder>;
  readonly #root: number;
  readonly #columns: Int32Array;
  readonly #zeros: Float64Array;
  readonly #ones: Float64Array;
  readonly #weights: Float64Array;
  #row = 0;
  #values: Float64Array = new Float64Array(0);
  #start = 0;

  constructor(ensemble: TreeEnsemble, features: FeatureMatrix, root: number) {
    this.#ensemble = ensemble;
    this.#goesLeft = sideFinder(ensemble, features);
    this.#root = root;
    const depth = depthOf(ensemble, root) + 2;
    const size = (depth * (depth + 1)) / 2;
    this.#columns = new Int32Array(size);
    this.#zeros = new Float64Array(size);
    this.#ones = new Float64Array(size);
    this.#weights = new Float64Array(size);
  }

  /** Adds to `values` from `start` on, columns x outputs. */
  explain(row: number, values: Float64Array, start: number): void {
    this.#row = row;
    this.#values = values;
    this.#start = start;
    this.#visit(this.#root, 0, 0, 0, 1, 1, -1);
  }

  /** @param above where the way to the parent is; `length` is how many elements it has. */
  #visit(node: number, above: number, length: number, level: number, zero: number, one: number, column: number): void {
    const own = above + level;
    for (let place = 0; place < length; place++) {
      this.#columns[own + place] = this.#columns[above + place] as number;
      this.#zeros[own + place] = this.#zeros[above + place] as number;
      this.#ones[own + place] = this.#ones[above + place] as number;
      this.#weights[own + place] = this.#weights[above + place] as number;
    }
    this.#extend(own, length, zero, one, column);
    const { columns, cuts, links, covers } = this.#ensemble;
    const asked = columns[node] as number;
    if (asked < 0) {
      this.#addLeaf(node, own, length);
      return;
    }
    const right = links[node] as number;
    const isLeft = this.#goesLeft(node, asked, cuts[node] as number, this.#row);
    let kept = length + 1;
    let knownZero = 1;
    let knownOne = 1;
    for (let place = 1; place < kept; place++) {
      if (this.#columns[own + place] !== asked) continue;
      knownZero = this.#zeros[own + place] as number;
      knownOne = this.#ones[own + place] as number;
      this.#unwind(own, length, place);
      kept--;
      break;
    }
    const cover = covers[node] as number;
    const shareLeft = (covers[node + 1] as number) / cover;
    const shareRight = (covers[right] as number) / cover;
    this.#visit(node + 1, own, kept, level + 1, shareLeft * knownZero, isLeft ? knownOne : 0, asked);
    this.#visit(right, own, kept, level + 1, shareRight * knownZero, isLeft ? 0 : knownOne, asked);
  }

  /** Adds an element behind `length` others, and its part to the weights of all subset sizes. */
  #extend(own: number, length: number, zero: number, one: number, column: number): void {
    const weights = this.#weights;
    this.#columns[own + length] = column;
    this.#zeros[own + length] = zero;
    this.#ones[own + length] = one;
    weights[own + length] = length === 0 ? 1 : 0;
    const share = 1 / (length + 1);
    for (let size = length - 1; size >= 0; size--) {
      const weight = (weights[own + size] as number) * share;
      if (one !== 0) weights[own + size + 1] = (weights[own + size + 1] as number) + one * weight * (size + 1);
      weights[own + size] = zero * weight * (length - size);
    }
  }

  /** Takes the element at `place` out again; `last` is the place of the last one. */
  #unwind(own: number, last: number, place: number): void {
    const weights = this.#weights;
    const one = this.#ones[own + place] as number;
    const zero = this.#zeros[own + place] as number;
    let next = weights[own + last] as number;
    for (let size = last - 1; size >= 0; size--) {
      const weight = weights[own + size] as number;
      if (one !== 0) {
        weights[own + size] = (next * (last + 1)) / ((size + 1) * one);
        next = weight - ((weights[own + size] as number) * zero * (last - size)) / (last + 1);
      } else weights[own + size] = (weight * (last + 1)) / (zero * (last - size));
    }
    for (let later = own + place; later < own + last; later++) {
      this.#columns[later] = this.#columns[later + 1] as number;
      this.#zeros[later] = this.#zeros[later + 1] as number;
      this.#ones[later] = this.#ones[later + 1] as number;
    }
  }

  /** The sum of the weights without an element that the row goes on by. */
  #unwoundSum(own: number, last: number, zero: number, one: number): number {
    const weights = this.#weights;
    let next = weights[own + last] as number;
    let total = 0;
    for (let size = last - 1; size >= 0; size--) {
      const taken = (next * (last + 1)) / ((size + 1) * one);
      total += taken;
      next = (weights[own + size] as number) - (taken * zero * (last - size)) / (last + 1);
    }
    return total;
  }

  /** The same, times its `zero`, without an element that the row does not go on by. */
  #unwoundSumOfOthers(own: number, last: number): number {
    let total = 0;
    for (let size = last - 1; size >= 0; size--) {
      total += ((this.#weights[own + size] as number) * (last + 1)) / (last - size);
    }
    return total;
  }

  #addLeaf(node: number, own: number, last: number): void {
    const { links, leafValues, leafWidth, outputs } = this.#ensemble;
    const leaf = (links[node] as number) * leafWidth;
    const ofOthers = this.#unwoundSumOfOthers(own, last);
    for (let place = 1; place <= last; place++) {
      const one = this.#ones[own + place] as number;
      const zero = this.#zeros[own + place] as number;
      const weight = one === 0 ? -ofOthers : this.#unwoundSum(own, last, zero, one) * (one - zero);
      const to = this.#start + (this.#columns[own + place] as number) * outputs;
      for (let output = 0; output < leafWidth; output++) {
        this.#values[to + output] =
          (this.#values[to + output] as number) + weight * (leafValues[leaf + output] as number);
      }
    }
  }
}

function depthOf({ columns, links }: TreeEnsemble, root: number): number {
  let deepest = 0;
  const waiting: [node: number, depth: number][] = [[root, 0]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [node, depth] = next;
    deepest = Math.max(deepest, depth);
    if ((columns[node] as number) >= 0) waiting.push([node + 1, depth + 1], [links[node] as number, depth + 1]);
  }
  return deepest;
}
