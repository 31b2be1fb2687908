import type { GraphBuilder } from '../../../base/onnx/graph-builder.ts';
import { branchModes, type TreeLeaves, type TreeNodes, writeTreeEnsemble } from '../../../base/onnx/tree-ensemble.ts';
import type { GraphFeatures } from '../../features/feature-matrix.ts';
import type { TreeEnsemble } from './ensemble.ts';

/**
 * The summed scores of all trees as a double [N, outputs] value, in one TreeEnsemble node (ai.onnx.ml 5) that reads the
 * dense columns and the bins of categories as doubles. Missing numbers go where the trainer sends them.
 */
export function writeEnsemble(builder: GraphBuilder, features: GraphFeatures, ensemble: TreeEnsemble): string {
  const columns = writeColumns(builder, features, ensemble);
  if (ensemble.leafWidth === 1) {
    return writeTrees(builder, columns, ensemble, ensemble.outputs, ({ tree, leaf }) => ({
      target: tree % ensemble.outputs,
      weight: ensemble.leafValues[leaf] as number,
    }));
  }
  // A leaf of TreeEnsemble has one weight. So each tree tells the number of its leaf, and a table holds the values.
  const trees = ensemble.roots.length;
  const leaves = writeTrees(builder, columns, ensemble, trees, ({ tree, leaf }) => ({ target: tree, weight: leaf }));
  const table = builder.doubles(
    [ensemble.leafValues.length / ensemble.leafWidth, ensemble.leafWidth],
    ensemble.leafValues,
  );
  const values = builder.gather(table, builder.cast(leaves, 'int64'), 0);
  return builder.node('ReduceSum', [values, builder.integers([1], [1])], { keepdims: { integer: 0 } });
}

/** Double [N, columns]: what a tree may ask. */
function writeColumns(builder: GraphBuilder, features: GraphFeatures, { binsOfCodes }: TreeEnsemble): string {
  const bins = features.blocks.map(({ codes }, place) => {
    const table = binsOfCodes[place] as Uint8Array;
    return builder.gather(builder.doubles([table.length], table), codes, 0);
  });
  return builder.concat([...(features.dense === undefined ? [] : [features.dense]), ...bins], 1);
}

type Leaf = (place: { tree: number; leaf: number }) => { target: number; weight: number };

function writeTrees(
  builder: GraphBuilder,
  columns: string,
  ensemble: TreeEnsemble,
  targets: number,
  leafOf: Leaf,
): string {
  return writeTreeEnsemble(builder, columns, targets, nodeArrays(ensemble), leafArrays(ensemble, leafOf));
}

/** Inner nodes in their order. A tree that is one leaf becomes a node with that leaf on both sides. */
function nodeArrays(ensemble: TreeEnsemble): TreeNodes {
  const { columns, links, roots, cuts, missingLeft, denseWidth } = ensemble;
  const isRoot = new Set(roots);
  const places = new Int32Array(columns.length).fill(-1);
  let count = 0;
  for (let node = 0; node < columns.length; node++) {
    if ((columns[node] as number) >= 0 || isRoot.has(node)) places[node] = count++;
  }
  const integers = () => new Int32Array(count);
  const arrays = {
    roots: Array.from(roots, (root) => places[root] as number),
    features: integers(),
    modes: new Uint8Array(count),
    splits: new Float64Array(count),
    trueIds: integers(),
    trueLeafs: integers(),
    falseIds: integers(),
    falseLeafs: integers(),
    missingTrue: integers(),
    members: [] as number[],
  };
  const setChild = (place: number, side: 'true' | 'false', child: number) => {
    const isLeaf = (columns[child] as number) < 0;
    arrays[`${side}Leafs`][place] = Number(isLeaf);
    arrays[`${side}Ids`][place] = (isLeaf ? links[child] : places[child]) as number;
  };
  for (let node = 0; node < columns.length; node++) {
    const place = places[node] as number;
    if (place < 0) continue;
    const column = columns[node] as number;
    if (column < 0) {
      setChild(place, 'true', node);
      setChild(place, 'false', node);
      continue;
    }
    arrays.features[place] = column;
    if (column < denseWidth) {
      arrays.modes[place] = branchModes.lessOrEqual;
      arrays.splits[place] = cuts[node] as number;
      arrays.missingTrue[place] = missingLeft[node] as number;
      setChild(place, 'true', node + 1);
      setChild(place, 'false', links[node] as number);
    } else {
      const { members, areLeft } = smallerSide(ensemble, node);
      arrays.modes[place] = branchModes.member;
      arrays.members.push(...members, Number.NaN);
      setChild(place, areLeft ? 'true' : 'false', node + 1);
      setChild(place, areLeft ? 'false' : 'true', links[node] as number);
    }
  }
  return arrays;
}

/** The bins of one side of a split by categories, the one with fewer: a runtime may look at one after the other. */
function smallerSide(
  { columns, cuts, sets, setWords, binsOfCodes, denseWidth }: TreeEnsemble,
  node: number,
): { members: number[]; areLeft: boolean } {
  const binOfCode = binsOfCodes[(columns[node] as number) - denseWidth] as Uint8Array;
  const bins = [...new Set(binOfCode)];
  const start = (cuts[node] as number) * setWords;
  const isLeft = (bin: number) => (((sets[start + (bin >>> 5)] as number) >>> (bin & 31)) & 1) === 1;
  const left = bins.filter(isLeft);
  if (2 * left.length <= bins.length) return { members: left, areLeft: true };
  return { members: bins.filter((bin) => !isLeft(bin)), areLeft: false };
}

function leafArrays({ columns, links, roots }: TreeEnsemble, leafOf: Leaf): TreeLeaves {
  const leafNodes = columns.reduce((count, column) => count + Number(column < 0), 0);
  const targets = new Int32Array(leafNodes);
  const weights = new Float64Array(leafNodes);
  let tree = -1;
  for (let node = 0; node < columns.length; node++) {
    if (roots[tree + 1] === node) tree++;
    if ((columns[node] as number) >= 0) continue;
    const leaf = links[node] as number;
    const { target, weight } = leafOf({ tree, leaf });
    targets[leaf] = target;
    weights[leaf] = weight;
  }
  return { targets, weights };
}
