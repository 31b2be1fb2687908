import { seededRandom, shuffle } from '../base/random.ts';
import { metricsOf } from './evaluate.ts';
import { type CodeBlock, type FeatureMatrix, selectMatrixRows } from './features/feature-matrix.ts';
import { placeFeatures } from './features/features.ts';
import { layoutOf } from './learners/learners.ts';
import type { RankingMetric } from './metrics.ts';
import { answerFeatures, type TrainedModel } from './model.ts';
import { featuresOf, type Part } from './prepare.ts';

export interface ColumnImportance {
  name: string;
  /** How much the metric worsens; below 0 where it got better by chance. */
  value: number;
}

const judgedRows = 5000;

/**
 * Permutation importance (Breiman 2001): how much worse the metric gets on the holdout when a column is shuffled among
 * the rows, worst first. Of a large holdout 5,000 rows are taken.
 */
export function columnImportance(
  model: TrainedModel,
  holdout: Part,
  metric: RankingMetric,
  seed: number,
): ColumnImportance[] {
  const layout = layoutOf(model.learner);
  const random = seededRandom(seed);
  const rows = shuffle(Array.from(holdout.target.keys()), random).slice(0, judgedRows);
  const features = selectMatrixRows(featuresOf(holdout, layout), rows);
  const target = Float64Array.from(rows, (row) => holdout.target[row] as number);
  const score = (matrix: FeatureMatrix): number | null => {
    const judged = { ...model, answers: answerFeatures(model, matrix), target };
    const value = metricsOf(judged)[metric.name] ?? null;
    return value !== null && metric.lowerIsBetter ? -value : value;
  };
  const whole = score(features);
  const order = shuffle(Array.from(rows.keys()), random);
  return placeFeatures(model.features, layout)
    .places.map(({ name, dense, blocks }) => {
      const shuffled = score(shuffleColumns(features, order, dense, blocks));
      return { name, value: whole === null || shuffled === null ? 0 : whole - shuffled };
    })
    .sort((a, b) => b.value - a.value);
}

function shuffleColumns(
  matrix: FeatureMatrix,
  order: readonly number[],
  denseColumns: readonly number[],
  blockIndexes: readonly number[],
): FeatureMatrix {
  const dense = denseColumns.length > 0 ? matrix.dense.slice() : matrix.dense;
  for (const column of denseColumns) {
    order.forEach((from, row) => {
      dense[row * matrix.denseWidth + column] = matrix.dense[from * matrix.denseWidth + column] as number;
    });
  }
  const blocks = matrix.blocks.map((block, index): CodeBlock => {
    if (!blockIndexes.includes(index)) return block;
    return { ...block, codes: Int32Array.from(order, (from) => block.codes[from] as number) };
  });
  return { ...matrix, dense, blocks };
}
