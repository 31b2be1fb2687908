import type { OutputForm } from '../../contract/adopted-mapping.ts';

/** Element types that columns can be made into. */
export const foreignTypes = ['float', 'double', 'int64', 'int32', 'bool', 'string'] as const;
export type ForeignType = (typeof foreignTypes)[number];

/** An input of a graph from elsewhere, and the raw columns that go into it. */
export interface ForeignInput {
  tensor: string;
  type: ForeignType;
  /** 2 takes [N, columns], 1 takes [N]: one column. */
  rank: 1 | 2;
  columns: string[];
}

/** The output of a graph from elsewhere that is the model's answer. */
export interface ForeignOutput {
  tensor: string;
  type: ForeignType;
  form: OutputForm;
  /** Of labels: how the graph writes each class, where that is not its name. */
  labels?: string[];
}

/** A graph from elsewhere, as its library wrote it but for the one output that is left, and how it is asked. */
export interface ForeignPart {
  onnx: Uint8Array;
  inputs: ForeignInput[];
  output: ForeignOutput;
  /** In the order of the graph's probabilities; empty for a regression. */
  classes: string[];
}

/** Beyond this, whole numbers in a float lie apart by more than 1; both borders of an int64 are far away. */
const largestWhole = 2 ** 53;
/** The largest float32 that an int32 can hold. */
const largestInt32 = 2 ** 31 - 128;

/** How far numbers go where they become whole ones; what is beyond becomes that. */
export function wholeLimit(type: ForeignType): number {
  return type === 'int32' ? largestInt32 : largestWhole;
}

/**
 * What stands in a tensor of labels for each class: the numbers that the classes are, or counted from 0 where a name is
 * none; undefined for texts.
 */
export function labelNumbers({ classes, output }: Pick<ForeignPart, 'classes' | 'output'>): number[] | undefined {
  if (output.type === 'string') return undefined;
  const { labels = classes } = output;
  const numbers = labels.map(Number);
  const areNumbers = labels.every((label, index) => label.trim() !== '' && Number.isSafeInteger(numbers[index]));
  return areNumbers ? numbers : labels.map((_, index) => index);
}

/** Where each of the classes of a model stands among those of its graph. */
export function classPlaces(classes: readonly string[], { classes: own }: Pick<ForeignPart, 'classes'>): number[] {
  return classes.map((label) => own.indexOf(label));
}
