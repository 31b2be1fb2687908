import { seededRandom, shuffle } from '../base/random.ts';
import { metricsOf } from './evaluate.ts';
import { type CodeBlock, type FeatureMatrix, selectMatrixRows } from './features/feature-matrix.ts';
import { type FeaturePlace, placeFeatures } from './features/features.ts';
import type { RankingMetric } from './metrics.ts';
import { answerFeatures, layoutsOf, type Model } from './model.ts';
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
export function columnImportance(model: Model, holdout: Part, metric: RankingMetric, seed: number): ColumnImportance[] {
  const layouts = layoutsOf(model);
  const random = seededRandom(seed);
  const rows = shuffle(Array.from(holdout.target.keys()), random).slice(0, judgedRows);
  const matrices = layouts.map((layout) => selectMatrixRows(featuresOf(holdout, layout), rows));
  const target = Float64Array.from(rows, (row) => holdout.target[row] as number);
  const score = (shown: readonly FeatureMatrix[]): number | null => {
    const given = Object.fromEntries(layouts.map((layout, index) => [layout, shown[index] as FeatureMatrix]));
    const judged = { ...model, answers: answerFeatures(model, given), target };
    const value = metricsOf(judged)[metric.name] ?? null;
    return value !== null && metric.lowerIsBetter ? -value : value;
  };
  const whole = score(matrices);
  const order = shuffle(Array.from(rows.keys()), random);
  const places = layouts.map((layout) => placeFeatures(model.features, layout).places);
  return model.features
    .map(({ name }, feature) => {
      const shuffled = score(
        matrices.map((matrix, index) => {
          const { dense, blocks } = (places[index] as FeaturePlace[])[feature] as FeaturePlace;
          return shuffleColumns(matrix, order, dense, blocks);
        }),
      );
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
