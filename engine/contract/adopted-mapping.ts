import Type, { type Static } from 'typebox';
import { TaskKind } from './values.ts';

/** What the numbers of a model's output are. */
export const outputForms = [
  /** One column a class; they sum to 1. */
  'probabilities',
  /** One column a class, before softmax. */
  'logits',
  /** One column: the probability of the second class. */
  'probability',
  /** One column: that probability before the logistic function. */
  'logit',
  /** One class a row and no probabilities. */
  'labels',
  /** One number a row: a regression. */
  'prediction',
] as const;
export type OutputForm = (typeof outputForms)[number];

/** Which columns of a dataset go into an input of the file: one, or those of a matrix in order. */
export const AdoptedInput = Type.Object({
  tensor: Type.String(),
  columns: Type.Array(Type.String(), { minItems: 1 }),
});
export type AdoptedInput = Static<typeof AdoptedInput>;

export const AdoptedOutput = Type.Object({ tensor: Type.String(), form: Type.Enum([...outputForms]) });
export type AdoptedOutput = Static<typeof AdoptedOutput>;

/** How a file from elsewhere becomes a model of columns and classes. */
export const AdoptedMapping = Type.Object({
  task: TaskKind,
  inputs: Type.Array(AdoptedInput),
  output: AdoptedOutput,
  /** In the order of the file's probabilities; empty for a regression. */
  classes: Type.Array(Type.String()),
});
export type AdoptedMapping = Static<typeof AdoptedMapping>;
