import type { FeatureMatrix } from '../features/feature-matrix.ts';
import type { SourceContributions } from './source-contributions.ts';

/**
 * Shapley values of a linear score with columns that are independent of one another: w (x - mean of x over the background)
 * (Štrumbelj, Kononenko 2014; shap's LinearExplainer, interventional). One-hot columns of one block are summed.
 * @param coefficients one run of width + 1 an output, the last being the intercept.
 * @param classCount 0 for a regression, 2 for one score.
 */
export function linearContributions(
  features: FeatureMatrix,
  background: FeatureMatrix,
  coefficients: Float64Array,
  classCount: number,
): SourceContributions {
  const span = features.width + 1;
  const outputs = coefficients.length / span;
  const scores = (matrix: FeatureMatrix) => sourceScores(matrix, coefficients, outputs);
  const values = scores(features);
  const [ofBackground, sources] = [scores(background), features.denseWidth + features.blocks.length];
  const means = new Float64Array(sources * outputs);
  for (let place = 0; place < ofBackground.length; place++) {
    const to = place % means.length;
    means[to] = (means[to] as number) + (ofBackground[place] as number) / background.rows;
  }
  for (let place = 0; place < values.length; place++) {
    values[place] = (values[place] as number) - (means[place % means.length] as number);
  }
  const base = Float64Array.from({ length: outputs }, (_, output) => coefficients[(output + 1) * span - 1] as number);
  means.forEach((mean, place) => {
    base[place % outputs] = (base[place % outputs] as number) + mean;
  });
  const unit = classCount === 0 ? 'answer' : classCount === 2 ? 'log_odds' : 'score';
  return { method: 'linear', unit, outputs, base, values };
}

/** What each dense column and block adds to each score: rows x sources x outputs. */
function sourceScores(
  { rows, denseWidth, dense, blocks, width }: FeatureMatrix,
  coefficients: Float64Array,
  outputs: number,
): Float64Array {
  const sources = denseWidth + blocks.length;
  const weight = (output: number, column: number) => coefficients[output * (width + 1) + column] as number;
  const scores = new Float64Array(rows * sources * outputs);
  for (let row = 0; row < rows; row++) {
    for (let output = 0; output < outputs; output++) {
      const start = row * sources * outputs + output;
      for (let column = 0; column < denseWidth; column++) {
        scores[start + column * outputs] = weight(output, column) * (dense[row * denseWidth + column] as number);
      }
      blocks.forEach(({ offset, levels, codes }, block) => {
        const code = codes[row] as number;
        if (code < levels) scores[start + (denseWidth + block) * outputs] = weight(output, offset + code);
      });
    }
  }
  return scores;
}
