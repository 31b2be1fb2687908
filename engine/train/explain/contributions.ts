import { type Frame, selectRows } from '../../base/frame.ts';
import { onlyColumns } from '../evaluation/raw-frame.ts';
import { inputColumns } from '../evaluation/subject.ts';
import { evenly } from '../evenly.ts';
import { applyFeatures, columnFeatures, placeFeatures } from '../features/features.ts';
import { layoutOf } from '../learners/learners.ts';
import { isAdopted, isBlend, type Model, type TrainedModel } from '../model.ts';
import { sampledContributions } from './sampled-shap.ts';
import type { SourceContributions } from './source-contributions.ts';

/** Contributions of raw columns: base + their sum = the score that is explained. */
export interface RowContributions {
  method: 'linear' | 'tree' | 'sampled';
  unit: SourceContributions['unit'];
  outputs: number;
  columns: string[];
  base: Float64Array;
  /** rows x columns x outputs, row-major. */
  values: Float64Array;
  /** Standard errors of them where they were sampled. */
  errors?: Float64Array;
}

/** Rows that exact methods take their means over. */
const exactBackground = 1000;

/**
 * Why a model answers what it answers: Shapley values of raw columns (Lundberg, Lee 2017). Exact where the learner has
 * them (linear: interventional, trees: path-dependent), else sampled.
 * @param frame rows with the model's columns. @param background rows of the training part, what stands for a column that
 * is not known. @param seed of the sampling.
 */
export function explainRows(
  model: Model,
  frame: Frame,
  background: Frame,
  seed: number,
  throwIfCanceled: () => void = () => {},
): RowContributions {
  const columns = inputColumns(model);
  const [rows, others] = [onlyColumns(frame, columns), onlyColumns(background, columns)];
  const exact = exactContributions(model, rows, others, throwIfCanceled);
  if (exact === undefined) return sampledContributions(model, rows, others, seed, throwIfCanceled);
  return ofRawColumns(exact, sourcesOf(model as TrainedModel, columns), columns, rows.rows);
}

/** Whether a model's contributions are exact, not sampled. */
export function hasExactContributions(model: Model): model is TrainedModel {
  // What two columns do together is not the sum of what a learner says of the features made of them.
  const combines = columnFeatures(model.features).length < model.features.length;
  return !isBlend(model) && !isAdopted(model) && model.fitted.explain !== undefined && !combines;
}

function exactContributions(
  model: Model,
  frame: Frame,
  background: Frame,
  throwIfCanceled: () => void,
): SourceContributions | undefined {
  if (!hasExactContributions(model) || model.fitted.explain === undefined) return undefined;
  const layout = layoutOf(model.learner);
  const others = selectRows(background, evenly(background.rows, exactBackground));
  const exact = model.fitted.explain(
    applyFeatures(model.features, frame, layout),
    applyFeatures(model.features, others, layout),
    throwIfCanceled,
  );
  return model.targetTransform === undefined ? exact : { ...exact, unit: 'score' };
}

/** The raw column of each dense column and block. */
function sourcesOf(model: TrainedModel, columns: readonly string[]): Int32Array {
  const { denseWidth, places, blocks } = placeFeatures(model.features, layoutOf(model.learner));
  const sources = new Int32Array(denseWidth + blocks.length);
  for (const place of places) {
    for (const column of place.dense) sources[column] = columns.indexOf(place.name);
    for (const block of place.blocks) sources[denseWidth + block] = columns.indexOf(place.name);
  }
  return sources;
}

function ofRawColumns(
  { method, unit, outputs, base, values }: SourceContributions,
  sources: Int32Array,
  columns: string[],
  rows: number,
): RowContributions {
  const summed = new Float64Array(rows * columns.length * outputs);
  for (let row = 0; row < rows; row++) {
    for (let source = 0; source < sources.length; source++) {
      const from = (row * sources.length + source) * outputs;
      const to = (row * columns.length + (sources[source] as number)) * outputs;
      for (let output = 0; output < outputs; output++) {
        summed[to + output] = (summed[to + output] as number) + (values[from + output] as number);
      }
    }
  }
  return { method, unit, outputs, columns, base, values: summed };
}
