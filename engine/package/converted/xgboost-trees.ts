import type { GraphBuilder } from '../../base/onnx/graph-builder.ts';
import { damagedFile, unsupportedModel } from './file-faults.ts';
import type { FileFields } from './file-fields.ts';
import { type SourceTree, TreeCollector } from './tree-collector.ts';

export interface XgboostShape {
  features: number;
  /** Scores a row. */
  groups: number;
  /** After early stopping: the iteration that was best; those after it are left out. */
  bestIteration?: number;
}

/** The trees of a file, and their weights where they are dropped out in turn (`dart`). */
export interface XgboostBooster {
  model: FileFields;
  weights?: Float64Array;
}

/**
 * @param booster `learner.gradient_booster`.
 * @returns undefined for the booster without trees, `gblinear`.
 */
export function treesOf(booster: FileFields): XgboostBooster | undefined {
  const name = booster.text('name');
  if (name === 'gblinear') return undefined;
  if (name === 'gbtree') return { model: booster.object('model') };
  if (name === 'dart')
    return { model: booster.object('gbtree').object('model'), weights: booster.numbers('weight_drop') };
  throw unsupportedModel(`XGBoost's booster ${JSON.stringify(name.slice(0, 60))}`);
}

/**
 * Adds trees to a graph. A value less than the split goes left, a category of the split's set right.
 * @returns double [N, groups].
 */
export function writeXgboostTrees(
  builder: GraphBuilder,
  columns: string,
  { model, weights }: XgboostBooster,
  shape: XgboostShape,
): string {
  const trees = model.objects('trees');
  const groups = model.numbers('tree_info', { length: trees.length, integer: true, minimum: 0, below: shape.groups });
  if (weights && weights.length !== trees.length)
    throw damagedFile(
      'learner.gradient_booster.weight_drop',
      `${weights.length} weights stand there for ${trees.length} trees`,
    );
  const collector = new TreeCollector();
  const used = usedTrees(model, trees.length, shape);
  for (let number = 0; number < used; number++) {
    const tree = readTree(trees[number] as FileFields, shape.features, weights?.[number] ?? 1);
    collector.add(tree, groups[number] as number);
  }
  return collector.write(builder, columns, shape.groups);
}

function usedTrees(model: FileFields, trees: number, { groups, bestIteration }: XgboostShape): number {
  if (bestIteration === undefined) return trees;
  const parameters = model.object('gbtree_model_param');
  const parallel = parameters.has('num_parallel_tree')
    ? parameters.number('num_parallel_tree', { integer: true, minimum: 0 })
    : 1;
  return Math.min(trees, (bestIteration + 1) * Math.max(1, parallel) * groups);
}

function readTree(tree: FileFields, features: number, weight: number): SourceTree {
  const parameters = tree.object('tree_param');
  const place = tree.placeOf('nodes');
  if (parameters.has('size_leaf_vector') && parameters.number('size_leaf_vector') > 1)
    throw unsupportedModel('A model whose leaves have several values (multi_strategy="multi_output_tree")');
  const left = tree.numbers('left_children', { integer: true, minimum: -1 });
  const size = left.length;
  if (size === 0) throw damagedFile(place, 'the tree has no node');
  const right = tree.numbers('right_children', { length: size, integer: true, minimum: -1 });
  const splitFeatures = tree.numbers('split_indices', { length: size, integer: true, minimum: 0 });
  const conditions = tree.numbers('split_conditions', { length: size, anyNumber: true });
  const defaultLeft = tree.numbers('default_left', { length: size, integer: true });
  const isCategorical = tree.has('split_type')
    ? tree.numbers('split_type', { length: size, integer: true })
    : undefined;
  const categories = readCategories(tree);
  const node = (number: number) => {
    const whenLeft = left[number] as number;
    const whenRight = right[number] as number;
    const condition = Math.fround(conditions[number] as number);
    if (whenLeft === -1) {
      if (!Number.isFinite(condition))
        throw damagedFile(tree.placeOf(`split_conditions[${number}]`), 'a leaf is not a finite number');
      return { leaf: condition * weight };
    }
    const feature = splitFeatures[number] as number;
    if (feature >= features)
      throw damagedFile(tree.placeOf(`split_indices[${number}]`), `there is no feature ${feature}`);
    const missingLeft = defaultLeft[number] === 1;
    if (isCategorical?.[number] === 1) {
      const members = categories.get(number) ?? [];
      return { feature, test: { members }, missingTrue: !missingLeft, whenTrue: whenRight, whenFalse: whenLeft };
    }
    if (Number.isNaN(condition))
      throw damagedFile(tree.placeOf(`split_conditions[${number}]`), 'a split is not a number');
    return { feature, test: { less: condition }, missingTrue: missingLeft, whenTrue: whenLeft, whenFalse: whenRight };
  };
  return { place, size, node };
}

/** Of each node that splits by categories: those that go right. */
function readCategories(tree: FileFields): Map<number, number[]> {
  const sets = new Map<number, number[]>();
  if (!tree.has('categories_nodes')) return sets;
  const nodes = tree.numbers('categories_nodes', { integer: true, minimum: 0 });
  const members = tree.numbers('categories', { integer: true, minimum: 0 });
  const counts = { length: nodes.length, integer: true, minimum: 0 };
  const begins = tree.numbers('categories_segments', counts);
  const sizes = tree.numbers('categories_sizes', counts);
  let taken = 0;
  nodes.forEach((node, place) => {
    const begin = begins[place] as number;
    const end = begin + (sizes[place] as number);
    if (end > members.length)
      throw damagedFile(tree.placeOf(`categories_sizes[${place}]`), 'the set ends after the list');
    taken += sizes[place] as number;
    if (taken > members.length)
      throw damagedFile(tree.placeOf(`categories_sizes[${place}]`), 'the sets have more members than the list');
    sets.set(node, Array.from(members.subarray(begin, end)));
  });
  return sets;
}
