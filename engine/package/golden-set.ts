import type { Signature } from '../contract/values.ts';
import type { InputValue } from '../serving/field-rule.ts';
import { type Answers, answerRows, frameOfRows, type Model } from '../train/index.ts';
import { goldenRows } from './golden-rows.ts';

/** Rows and the trainer's answers to them. Kept beside a version, and every export is tested against it. */
export interface GoldenSet {
  format: 1;
  /** Names of the inputs, the order of the values in a row. */
  inputs: string[];
  rows: InputValue[][];
  /** Per row the probabilities in the order of the classes, or one prediction; null is not finite. */
  outputs: (number | null)[][];
  /** Per row; absent for a regression. */
  labels?: string[];
}

/** @param examples at least one real row, in the order of the signature's inputs. */
export function makeGoldenSet(model: Model, signature: Signature, examples: readonly InputValue[][]): GoldenSet {
  const rows = goldenRows(model, signature, examples);
  const answers = answerRows(model, frameOfRows(signature.inputs, rows));
  return {
    format: 1,
    inputs: signature.inputs.map(({ name }) => name),
    rows,
    ...plainAnswers(model, answers, rows.length),
  };
}

function plainAnswers(model: Model, { values, labels }: Answers, rows: number): Pick<GoldenSet, 'outputs' | 'labels'> {
  const width = values.length / rows;
  const outputs = Array.from({ length: rows }, (_, row) =>
    Array.from(values.subarray(row * width, (row + 1) * width), (value) => (Number.isFinite(value) ? value : null)),
  );
  if (labels === undefined) return { outputs };
  return { outputs, labels: Array.from(labels, (index) => model.classes[index] as string) };
}
