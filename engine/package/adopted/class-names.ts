import { foldText } from '../../base/fold-text.ts';
import type { ReadModel } from '../../base/onnx/read-model.ts';

/** How truths are written where a column of them is boolean here. */
const words: Readonly<Record<string, ReadonlySet<string>>> = {
  true: new Set(['true', 'yes', 'y', 't', '1', '1.0']),
  false: new Set(['false', 'no', 'n', 'f', '0', '0.0']),
};

/** The class that a label means: the same text, in other letters, or another word for true or false. */
export function classNamed(label: string, classes: readonly string[]): string | undefined {
  if (classes.includes(label)) return label;
  const folded = foldText(label);
  const same = classes.find((name) => foldText(name) === folded);
  return same ?? classes.find((name) => Object.hasOwn(words, name) && words[name]?.has(folded));
}

/** Class names that stand in the file, in the order of its probabilities. */
export function fileClasses({ nodes, tensors }: ReadModel): string[] | undefined {
  const attributes = ['classlabels_strings', 'classlabels_int64s', 'classlabels_ints'];
  for (const wanted of ['ZipMap', undefined]) {
    for (const node of nodes) {
      if (wanted !== undefined && node.operator !== wanted) continue;
      const labels = attributes.map((name) => node.list(name)).find((list) => list.length > 0);
      if (labels && new Set(labels).size === labels.length && labels.length > 1) return labels.map(String);
    }
  }
  for (const { operator, inputs } of nodes) {
    const classes = tensors.find(({ name }) => operator === 'ArrayFeatureExtractor' && name === inputs[0])?.values;
    if (classes && classes.length > 1 && new Set(classes).size === classes.length) return classes.map(String);
  }
  return undefined;
}
