import { gaussLegendre } from '../../statistics/gauss-legendre.ts';
import type { FeatureMatrix } from '../features/feature-matrix.ts';
import { sideFinder, type TreeEnsemble } from '../learners/trees/ensemble.ts';

/**
 * Exact Shapley values of the summed scores of an ensemble, by the path-dependent TreeSHAP: what a column that is not known
 * would have been is taken from the training rows on each side of a split (Lundberg et al. 2018; Lundberg et al. 2020, "From
 * local explanations to global understanding with explainable AI for trees"). They are summed once an edge and not once a
 * leaf, as by Yu et al. 2022 ("Linear TreeSHAP").
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
    for (let row = 0; row < features.rows; row += batchRows) {
      throwIfCanceled();
      walk.explain(row, Math.min(features.rows, row + batchRows), values, first);
    }
  });
  return { base, values };
}

/** Rows that go through a tree together: what an edge needs is computed once for them, and stays in the processor's cache. */
const batchRows = 16;

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
 * The ways to the leaves of one tree. Of a column on the way is known which share of the training rows goes on where it is
 * not known (`zero`), and whether the explained row does (`one`, 1 or 0). With d columns on the way to a leaf, Shapley's
 * weight of k known ones beside the column i is k! (d - 1 - k)! / d! = ∫ s^k (1 - s)^(d - 1 - k) ds over [0, 1], so that i adds
 * (one_i - zero_i) leaf ∫ Π_{j ≠ i} (one_j s + zero_j (1 - s)) ds. The integral is that of a polynomial, exact by quadrature.
 * At each of its points the product is made on the way down, and leaf x product is summed on the way back; what a column
 * adds is taken where the way enters by it. One that is asked again takes the place of what it was before, which is 1 of
 * both where it was not.
 */
class TreeWalk {
  readonly #ensemble: TreeEnsemble;
  readonly #goesLeft: ReturnType<typeof sideFinder>;
  readonly #root: number;
  readonly #points: Float64Array;
  readonly #weights: Float64Array;
  /** By level, row and point. */
  readonly #products: Float64Array;
  /** Of leaves below, by level, row, value of a leaf and point. */
  readonly #sums: Float64Array;
  /** By level: of the edge to it, what `#enter` needs by `one` on the edge and before it (0, 1, 2 in sum), then by point. */
  readonly #factors: Float64Array;
  readonly #gains: Float64Array;
  /** By column. */
  readonly #zeros: Float64Array;
  /** By column and row. */
  readonly #ones: Uint8Array;
  /** By level and row: `one` of the column that is asked there before it is, and the side. */
  readonly #before: Uint8Array;
  readonly #isLeft: Uint8Array;
  #firstRow = 0;
  #rows = 0;
  #values: Float64Array = new Float64Array(0);
  #firstOutput = 0;

  constructor(ensemble: TreeEnsemble, features: FeatureMatrix, root: number) {
    this.#ensemble = ensemble;
    this.#goesLeft = sideFinder(ensemble, features);
    this.#root = root;
    const width = ensemble.denseWidth + ensemble.binsOfCodes.length;
    const levels = depthOf(ensemble, root) + 1;
    const { points, weights } = gaussLegendre(Math.max(1, Math.ceil(Math.min(levels - 1, width) / 2)));
    this.#points = points;
    this.#weights = weights;
    this.#products = new Float64Array(levels * batchRows * points.length).fill(1, 0, batchRows * points.length);
    this.#sums = new Float64Array(levels * batchRows * points.length * ensemble.leafWidth);
    this.#factors = new Float64Array(levels * 3 * points.length);
    this.#gains = new Float64Array(levels * 3 * points.length);
    this.#zeros = new Float64Array(width).fill(1);
    this.#ones = new Uint8Array(width * batchRows).fill(1);
    this.#before = new Uint8Array(levels * batchRows);
    this.#isLeft = new Uint8Array(levels * batchRows);
  }

  /** Adds to `values`, rows x columns x outputs, from that output on. */
  explain(firstRow: number, endRow: number, values: Float64Array, firstOutput: number): void {
    this.#firstRow = firstRow;
    this.#rows = endRow - firstRow;
    this.#values = values;
    this.#firstOutput = firstOutput;
    this.#visit(this.#root, 0);
  }

  #visit(node: number, level: number): void {
    const { columns, cuts, links, covers, leafWidth } = this.#ensemble;
    const asked = columns[node] as number;
    if (asked < 0) {
      this.#addLeaf(node, level);
      return;
    }
    const room = batchRows * this.#points.length * leafWidth;
    this.#sums.fill(0, level * room, (level + 1) * room);
    const first = level * batchRows;
    for (let row = 0; row < this.#rows; row++) {
      this.#before[first + row] = this.#ones[asked * batchRows + row] as number;
      this.#isLeft[first + row] = Number(this.#goesLeft(node, asked, cuts[node] as number, this.#firstRow + row));
    }
    const zero = this.#zeros[asked] as number;
    const right = links[node] as number;
    for (const child of [node + 1, right]) {
      const share = (covers[child] as number) / (covers[node] as number);
      this.#zeros[asked] = share * zero;
      this.#prepareEdge(level + 1, share, zero);
      this.#enter(child, level, asked, child === right ? 0 : 1);
    }
    this.#zeros[asked] = zero;
    for (let row = 0; row < this.#rows; row++) {
      this.#ones[asked * batchRows + row] = this.#before[first + row] as number;
    }
  }

  /** Factors of the products, and what the column adds of the sum below less what it will add where it was asked before. */
  #prepareEdge(level: number, share: number, before: number): void {
    const [factors, gains, count] = [this.#factors, this.#gains, this.#points.length];
    const zero = share * before;
    for (let place = 0; place < count; place++) {
      const [point, weight] = [this.#points[place] as number, this.#weights[place] as number];
      const rest = 1 - point;
      const [known, knownBefore] = [point + zero * rest, point + before * rest];
      const gainBefore = (1 - before) / knownBefore;
      const edge = 3 * level * count + place;
      factors[edge] = share;
      gains[edge] = 0;
      factors[edge + count] = (zero * rest) / knownBefore;
      gains[edge + count] = weight * (-1 / rest - gainBefore);
      factors[edge + 2 * count] = known / knownBefore;
      gains[edge + 2 * count] = weight * ((1 - zero) / known - gainBefore);
    }
  }

  /** @param level of the parent. */
  #enter(child: number, level: number, column: number, side: number): void {
    const [count, products, factors] = [this.#points.length, this.#products, this.#factors];
    for (let row = 0; row < this.#rows; row++) {
      const before = this.#before[level * batchRows + row] as number;
      const one = this.#isLeft[level * batchRows + row] === side ? before : 0;
      this.#ones[column * batchRows + row] = one;
      const edge = (3 * (level + 1) + one + before) * count;
      const [above, own] = [(level * batchRows + row) * count, ((level + 1) * batchRows + row) * count];
      for (let point = 0; point < count; point++) {
        products[own + point] = (products[above + point] as number) * (factors[edge + point] as number);
      }
    }
    this.#visit(child, level + 1);
    for (let row = 0; row < this.#rows; row++) this.#takeUp(row, level, column, side);
  }

  /** Adds the sums below an edge to those above it, and what they tell of its column to the values. */
  #takeUp(row: number, level: number, column: number, side: number): void {
    const { leafWidth, outputs, denseWidth, binsOfCodes } = this.#ensemble;
    const [count, sums, gains] = [this.#points.length, this.#sums, this.#gains];
    const before = this.#before[level * batchRows + row] as number;
    const one = this.#isLeft[level * batchRows + row] === side ? before : 0;
    const edge = (3 * (level + 1) + one + before) * count;
    const cell = (this.#firstRow + row) * (denseWidth + binsOfCodes.length) + column;
    for (let value = 0; value < leafWidth; value++) {
      const own = ((level * batchRows + row) * leafWidth + value) * count;
      const below = own + batchRows * leafWidth * count;
      let added = 0;
      for (let point = 0; point < count; point++) {
        const sum = sums[below + point] as number;
        sums[own + point] = (sums[own + point] as number) + sum;
        added += sum * (gains[edge + point] as number);
      }
      const to = cell * outputs + this.#firstOutput + value;
      this.#values[to] = (this.#values[to] as number) + added;
    }
  }

  #addLeaf(node: number, level: number): void {
    const { links, leafValues, leafWidth } = this.#ensemble;
    const [count, leaf] = [this.#points.length, (links[node] as number) * leafWidth];
    for (let row = 0; row < this.#rows; row++) {
      const products = (level * batchRows + row) * count;
      for (let value = 0; value < leafWidth; value++) {
        const own = products * leafWidth + value * count;
        for (let point = 0; point < count; point++) {
          this.#sums[own + point] = (leafValues[leaf + value] as number) * (this.#products[products + point] as number);
        }
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
