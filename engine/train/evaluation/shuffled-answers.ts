import { type Frame, type FrameColumn, selectValues } from '../../base/frame.ts';
import type { CodeBlock, FeatureMatrix } from '../features/feature-matrix.ts';
import { applyFeatures, type FeaturePlace, interactionColumns, placeFeatures } from '../features/features.ts';
import {
  type Answers,
  answerFeatures,
  answerRows,
  answersOfPredictions,
  isAdopted,
  isBlend,
  layoutsOf,
  type Model,
} from '../model.ts';
import { withColumn } from './raw-frame.ts';

/**
 * What a model answers to rows when one raw column is put into another order. The features of the other columns are made
 * once for all columns and orders, and trees go only where a row asked the column; only a column that enters an interaction
 * makes everything anew.
 */
export function shuffledAnswers(
  model: Model,
  frame: Frame,
): (column: FrameColumn, order: readonly number[]) => Answers {
  if (isAdopted(model)) return (column, order) => answerRows(model, withColumn(frame, selectValues(column, order)));
  const made = layoutsOf(model).map((layout) => {
    const { places } = placeFeatures(model.features, layout);
    return { layout, places, matrix: applyFeatures(model.features, frame, layout) };
  });
  const interacting = interactionColumns(model.features);
  const [single] = isBlend(model) ? [] : made;
  const predictChanged = single && !isBlend(model) ? model.fitted.predictChanged?.(single.matrix) : undefined;
  return (column, order) => {
    if (interacting.has(column.name)) return answerRows(model, withColumn(frame, selectValues(column, order)));
    const shuffled = made.map(({ layout, places, matrix }) => {
      const place = places.find(({ name }) => name === column.name) as FeaturePlace;
      return { layout, place, matrix: shuffledMatrix(matrix, place, order) };
    });
    const [only] = shuffled;
    if (predictChanged && only) {
      const { place, matrix } = only;
      const columns = [...place.dense, ...place.blocks.map((block) => matrix.denseWidth + block)];
      return answersOfPredictions(model, predictChanged(matrix, columns));
    }
    return answerFeatures(model, Object.fromEntries(shuffled.map(({ layout, matrix }) => [layout, matrix])));
  };
}

/** The matrix with what stands at a place in another order. */
function shuffledMatrix(matrix: FeatureMatrix, place: FeaturePlace, order: readonly number[]): FeatureMatrix {
  const { denseWidth, rows } = matrix;
  const dense = matrix.dense.slice();
  for (const column of place.dense) {
    for (let row = 0; row < rows; row++) {
      dense[row * denseWidth + column] = matrix.dense[(order[row] as number) * denseWidth + column] as number;
    }
  }
  const blocks = matrix.blocks.map((block, index): CodeBlock => {
    if (!place.blocks.includes(index)) return block;
    return { ...block, codes: block.codes.map((_, row) => block.codes[order[row] as number] as number) };
  });
  return { ...matrix, dense, blocks };
}
