import type { AdoptedMapping, OutputForm } from '../../../engine/contract/adopted-mapping.ts';
import type { AdoptedFile } from '../../../engine/contract/package-adopted.ts';

/** A mapping as it stands in the fields of a form. */
export interface MappingForm {
  task: AdoptedMapping['task'];
  /** Columns of each input, with commas between. */
  inputs: { tensor: string; columns: string }[];
  tensor: string;
  form: OutputForm;
  classes: string;
}

export const formWords: Record<OutputForm, string> = {
  probabilities: 'probabilities, a column a class',
  logits: 'scores before softmax, a column a class',
  probability: 'the probability of the second class',
  logit: 'the score of the second class',
  labels: 'labels alone',
  prediction: 'a number, of a regression',
};

export const taskWords: Record<AdoptedMapping['task'], string> = {
  binary: 'one of two classes',
  multiclass: 'one of several classes',
  regression: 'a number',
};

/** The guessed mapping, or the file's own names where nothing was guessed. */
export function formOf(file: AdoptedFile, mapping: AdoptedMapping | null): MappingForm {
  const columnsOf = (tensor: string) => mapping?.inputs.find((input) => input.tensor === tensor)?.columns ?? [];
  return {
    task: mapping?.task ?? 'binary',
    inputs: file.inputs.map(({ name }) => ({ tensor: name, columns: columnsOf(name).join(', ') })),
    tensor: mapping?.output.tensor ?? file.outputs.at(-1)?.name ?? '',
    form: mapping?.output.form ?? 'probabilities',
    classes: (mapping?.classes ?? []).join(', '),
  };
}

/** What is asked for by a form. */
export function mappingOf({ task, inputs, tensor, form, classes }: MappingForm): AdoptedMapping {
  const isRegression = task === 'regression';
  return {
    task,
    inputs: inputs.map((input) => ({ tensor: input.tensor, columns: listOf(input.columns) })),
    output: { tensor, form: isRegression ? 'prediction' : form },
    classes: isRegression ? [] : listOf(classes),
  };
}

/** Whether every field has something. */
export function isComplete(form: MappingForm): boolean {
  const { inputs, output, classes, task } = mappingOf(form);
  return (
    inputs.every(({ columns }) => columns.length > 0) &&
    output.tensor !== '' &&
    (task === 'regression' || classes.length > 1)
  );
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** What a name of a file proposes as the name of a model. */
export function modelNameOf(fileName: string): string {
  const stem = fileName.replace(/\.[^.]+$/, '').toLowerCase();
  return stem
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 64);
}

export function shapeText({ type, shape }: AdoptedFile['inputs'][number]): string {
  const [, ...sizes] = shape;
  if (shape.length < 2) return `${type}, one a row`;
  return `${type}, ${sizes.map((size) => size ?? 'any number').join(' x ')} a row`;
}
