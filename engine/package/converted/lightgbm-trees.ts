import { damagedFile, unsupportedModel } from './file-faults.ts';
import type { LightgbmSection } from './lightgbm-file.ts';
import type { SourceTree, TreeBranch } from './tree-collector.ts';

/** Bits of a split's `decision_type`. */
const isCategorical = 1;
const isDefaultLeft = 2;
const missingShift = 2;
const missingTypes = ['none', 'zero', 'nan'] as const;

export interface LightgbmShape {
  features: number;
  /** Which column a split reads that takes zero for missing: one in which zeros are NaN. */
  zeroColumn(feature: number): number;
}

/** A tree of a LightGBM file: inner nodes first, then its leaves. A value that is at most the split goes left. */
export function readLightgbmTree(section: LightgbmSection, shape: LightgbmShape): SourceTree {
  const { place } = section;
  if (section.has('is_linear') && section.count('is_linear') !== 0)
    throw unsupportedModel('A model with linear trees (linear_tree=true)', 'Train it with linear_tree=false.');
  const leaves = section.count('num_leaves', 1);
  const values = section.numbers('leaf_value', leaves);
  const infinite = values.findIndex((value) => !Number.isFinite(value));
  if (infinite >= 0) throw damagedFile(`${place}: leaf_value[${infinite}]`, 'a leaf is not a finite number');
  if (leaves === 1) return { place, size: 1, node: () => ({ leaf: values[0] as number }) };
  const splits = leaves - 1;
  const features = section.integers('split_feature', splits, 0, shape.features);
  const thresholds = section.numbers('threshold', splits);
  const decisions = section.integers('decision_type', splits, 0, 16);
  const left = section.integers('left_child', splits, -leaves, splits);
  const right = section.integers('right_child', splits, -leaves, splits);
  const categories = readCategorySets(section);
  const numberOf = (child: number) => (child < 0 ? splits + ~child : child);
  const branch = (number: number): TreeBranch => {
    const sides = { whenTrue: numberOf(left[number] as number), whenFalse: numberOf(right[number] as number) };
    const feature = features[number] as number;
    const threshold = thresholds[number] as number;
    const decision = decisions[number] as number;
    if ((decision & isCategorical) !== 0) {
      const members = categories[threshold];
      if (!members) throw damagedFile(`${place}: threshold[${number}]`, `there is no set of categories ${threshold}`);
      return { ...sides, feature, test: { members }, missingTrue: false };
    }
    const test = { lessOrEqual: threshold };
    const defaultLeft = (decision & isDefaultLeft) !== 0;
    switch (missingTypes[decision >> missingShift]) {
      case 'nan':
        return { ...sides, feature, test, missingTrue: defaultLeft };
      case 'zero':
        return { ...sides, feature: shape.zeroColumn(feature), test, missingTrue: defaultLeft };
      case 'none':
        // Whoever trained the model saw no missing value, and the library takes it for 0.
        return { ...sides, feature, test, missingTrue: threshold >= 0 };
      default:
        throw damagedFile(`${place}: decision_type[${number}]`, `${decision} is unknown`);
    }
  };
  const node = (number: number) => (number < splits ? branch(number) : { leaf: values[number - splits] as number });
  return { place, size: splits + leaves, node };
}

const wordBits = 32;

/** The members of each set of categories, which the file has as bits in words of 32. */
function readCategorySets(section: LightgbmSection): number[][] {
  const sets = section.has('num_cat') ? section.count('num_cat') : 0;
  if (sets === 0) return [];
  if (sets >= section.count('num_leaves'))
    throw damagedFile(`${section.place}: num_cat`, 'there are more sets of categories than splits');
  const bounds = section.integers('cat_boundaries', sets + 1, 0, 2 ** 31);
  const words = section.integers('cat_threshold', bounds.at(-1) as number, 0, 2 ** wordBits);
  return Array.from({ length: sets }, (_, set) => {
    const begin = bounds[set] as number;
    if (begin > (bounds[set + 1] as number) || (bounds[set + 1] as number) > words.length)
      throw damagedFile(`${section.place}: cat_boundaries[${set + 1}]`, 'the sets do not follow each other');
    const members: number[] = [];
    for (let place = begin; place < (bounds[set + 1] as number); place++) {
      for (let bit = 0; bit < wordBits; bit++) {
        if ((((words[place] as number) >>> bit) & 1) === 1) members.push((place - begin) * wordBits + bit);
      }
    }
    return members;
  });
}
