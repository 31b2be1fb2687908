import type { FeatureMatrix } from '../../features/feature-matrix.ts';
import { leafFinder, sideFinder, type TreeEnsemble } from './ensemble.ts';

/** Ways of rows through trees that are remembered at most, eight bytes each. */
const mostWays = 5_000_000;

/**
 * Scores of the same rows again and again, each time with other values in a few columns: a row goes down a tree anew only
 * where its way asked one of these. The sums are those of `addScores`, to the last bit.
 * @returns scores of a matrix that differs in these columns alone; columns are numbered as the nodes ask them. Undefined
 * where there are too many ways to remember.
 */
export function changedScores(
  ensemble: TreeEnsemble,
  features: FeatureMatrix,
): ((changed: FeatureMatrix, columns: readonly number[]) => Float64Array) | undefined {
  const { rows } = features;
  const { roots, outputs, leafWidth, leafValues, links } = ensemble;
  if (rows * roots.length > mostWays) return undefined;
  const { leaves, asked } = waysOf(ensemble, features);
  return (changed, columns) => {
    const wanted = columns.reduce((bits, column) => bits | bitOf(column), 0);
    const scores = new Float64Array(rows * outputs);
    const leafOf = leafFinder(ensemble, changed);
    for (let tree = 0; tree < roots.length; tree++) {
      const root = roots[tree] as number;
      const first = leafWidth === 1 ? tree % outputs : 0;
      for (let row = 0; row < rows; row++) {
        const way = tree * rows + row;
        const isSame = ((asked[way] as number) & wanted) === 0;
        const leaf = isSame ? (leaves[way] as number) : (links[leafOf(root, row)] as number);
        for (let value = 0; value < leafWidth; value++) {
          const place = row * outputs + first + value;
          scores[place] = (scores[place] as number) + (leafValues[leaf * leafWidth + value] as number);
        }
      }
    }
    return scores;
  };
}

/** Columns share 32 bits: a bit that two have makes a way longer at worst. */
function bitOf(column: number): number {
  return 1 << (column & 31);
}

/** By tree, then by row: the leaf's number, and the bits of the columns that were asked before it. */
function waysOf(ensemble: TreeEnsemble, features: FeatureMatrix): { leaves: Int32Array; asked: Int32Array } {
  const { rows } = features;
  const { roots, columns, cuts, links } = ensemble;
  const goesLeft = sideFinder(ensemble, features);
  const leaves = new Int32Array(rows * roots.length);
  const asked = new Int32Array(rows * roots.length);
  for (let way = 0; way < leaves.length; way++) {
    const row = way % rows;
    let node = roots[Math.floor(way / rows)] as number;
    let bits = 0;
    for (let column = columns[node] as number; column >= 0; column = columns[node] as number) {
      bits |= bitOf(column);
      node = goesLeft(node, column, cuts[node] as number, row) ? node + 1 : (links[node] as number);
    }
    leaves[way] = links[node] as number;
    asked[way] = bits;
  }
  return { leaves, asked };
}
