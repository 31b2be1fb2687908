import { canonicalJson, type Json } from '../base/canonical-json.ts';
import type { InputValue } from '../serving/field-rule.ts';
import { type Model, restoreModel } from './model.ts';

/** What a run leaves for packaging. */
export interface ModelFile {
  model: Model;
  /** Some raw rows of the holdout, in the order of the model's features. */
  examples: InputValue[][];
}

/** The file of a run's model: canonical JSON, the same bytes for the same model. */
export function modelFileText(state: Json, examples: readonly InputValue[][]): string {
  return canonicalJson({ format: 1, model: state, examples: examples as Json[] });
}

export function readModelFile(text: string): ModelFile {
  const { model, examples } = JSON.parse(text) as { model: Json; examples: InputValue[][] };
  return { model: restoreModel(model), examples };
}
