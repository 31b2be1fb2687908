import { type Frame, type FrameColumn, findColumn } from '../../base/frame.ts';
import type { AdoptedMapping } from '../../contract/adopted-mapping.ts';
import { type AdoptedModel, adoptedName, inOrder, inputFeatures } from '../../train/index.ts';
import { foreignPart } from './mapping.ts';
import type { TakenModel } from './read-foreign-model.ts';

const usualThreshold = 0.5;

/**
 * A file from elsewhere as a model of the columns of a dataset. Its classes come in the order that the target has, as those of
 * every model do.
 * @param rows that stand for those it was trained on: ranges and categories of its inputs are taken from them.
 * @throws GalleyError `package.mapping_wrong`, `train.unknown_column`
 */
export function adoptedModel(
  { foreign, read }: TakenModel,
  mapping: AdoptedMapping,
  frame: Frame,
  target: string,
  rows: Int32Array,
  threshold = usualThreshold,
): AdoptedModel {
  const part = foreignPart(foreign.onnx, read, mapping, frame.columns, target);
  const names = inputColumnsOf(mapping);
  return {
    task: mapping.task,
    target,
    classes: inOrder(mapping.classes, findColumn(frame, target) as FrameColumn),
    threshold,
    features: inputFeatures(frame, rows, names),
    learner: adoptedName,
    foreign: part,
  };
}

/** The columns that a file takes, each once. */
export function inputColumnsOf({ inputs }: Pick<AdoptedMapping, 'inputs'>): string[] {
  return [...new Set(inputs.flatMap(({ columns }) => columns))];
}
