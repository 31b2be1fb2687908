import { GalleyError } from '../../base/errors.ts';
import { suggestName } from '../../base/nearest-name.ts';
import type { ReadModel, ReadValue } from '../../base/onnx/read-model.ts';
import type { AdoptedMapping } from '../../contract/adopted-mapping.ts';
import type { ColumnType } from '../../contract/values.ts';
import { type ForeignInput, type ForeignPart, foreignTypes } from '../../train/index.ts';
import { fileClasses } from './class-names.ts';
import { plainGraph } from './plain-graph.ts';

export interface RawColumn {
  name: string;
  type: ColumnType;
}

/** The inputs that a file takes, as far as they can be fed. */
export interface FileInput {
  name: string;
  type: ForeignInput['type'];
  rank: 1 | 2;
  /** How many columns; undefined where the file does not say. */
  width: number | undefined;
}

/** From this opset on it can be asked whether a number is missing. */
const opsetOfMissing = 9;
const wholeTypes: ReadonlySet<string> = new Set(['int64', 'int32', 'bool']);

/** @throws GalleyError `package.mapping_wrong` for inputs that no columns can become. */
export function fileInputs({ inputs, opsets }: ReadModel): FileInput[] {
  const opset = opsets.find(({ domain }) => domain === '')?.version;
  return inputs.map((input) => {
    const { name, type, shape } = input;
    const known = foreignTypes.find((each) => each === type);
    if (known === undefined)
      throw wrong(`Its input "${name}" is of the type ${type}, which no column can become.`, name);
    if (opset !== undefined && opset < opsetOfMissing && wholeTypes.has(type)) {
      const why = `Its input "${name}" is ${type} in opset ${opset}, which cannot tell what is missing; export it with opset ${opsetOfMissing} or later.`;
      throw wrong(why, name);
    }
    return { name, type: known, ...sizeOf(input, shape) };
  });
}

function sizeOf({ name }: ReadValue, shape: ReadValue['shape']): Pick<FileInput, 'rank' | 'width'> {
  if (shape === undefined) return { rank: 2, width: undefined };
  if (shape.length !== 1 && shape.length !== 2) {
    throw wrong(`Its input "${name}" has ${shape.length} dimensions; rows of columns have two.`, name);
  }
  const [rows, width] = shape;
  if (rows !== null && rows !== undefined) {
    const count = rows === 1 ? 'one row' : `${rows} rows`;
    const how =
      'export it with a dynamic first dimension (`dynamic_axes`, `dynamic_shapes`, or None as the batch size)';
    throw wrong(`Its input "${name}" takes exactly ${count} at a time; ${how}.`, name);
  }
  return shape.length === 1 ? { rank: 1, width: 1 } : { rank: 2, width: width ?? undefined };
}

/**
 * The graph of a file with how it is asked, checked against the file and the columns of a dataset.
 * @throws GalleyError `package.mapping_wrong`, `train.unknown_column`
 */
export function foreignPart(
  onnx: Uint8Array,
  read: ReadModel,
  mapping: AdoptedMapping,
  columns: readonly RawColumn[],
  target: string,
): ForeignPart {
  const inputs = mappedInputs(read, mapping, columns, target);
  const output = mappedOutput(read, mapping);
  checkClasses(mapping);
  const labels = output.form === 'labels' ? fileClasses(read) : undefined;
  if (labels !== undefined && labels.length !== mapping.classes.length) {
    const message = `Its output "${output.tensor}" gives ${labels.length} labels (${labels.join(', ')}), and ${mapping.classes.length} classes are named.`;
    throw wrong(message, output.tensor);
  }
  return {
    onnx: plainGraph(onnx, output.tensor),
    inputs,
    output: { ...output, ...(labels && { labels }) },
    classes: [...mapping.classes],
  };
}

/** The inputs of a mapping with what the file says of them. */
export function mappedInputs(
  read: ReadModel,
  mapping: Pick<AdoptedMapping, 'inputs' | 'task'>,
  columns: readonly RawColumn[],
  target: string,
): ForeignInput[] {
  const inputs = fileInputs(read);
  const names = inputs.map(({ name }) => name);
  for (const { tensor } of mapping.inputs) {
    if (!names.includes(tensor)) throw wrong(`It has no input "${tensor}". ${suggestName(tensor, names)}`, tensor);
  }
  const reserved = mapping.task === 'regression' ? ['prediction'] : ['label', 'probabilities'];
  return inputs.map(({ name, type, rank, width }) => {
    const given = mapping.inputs.filter(({ tensor }) => tensor === name);
    const [first] = given;
    if (first === undefined || given.length > 1) {
      const how = first === undefined ? 'no columns' : 'columns twice';
      throw wrong(`Its input "${name}" is given ${how}.`, name);
    }
    const wanted = rank === 1 ? 1 : width;
    if (wanted !== undefined && wanted !== first.columns.length) {
      throw wrong(`Its input "${name}" takes ${wanted} columns and is given ${first.columns.length}.`, name);
    }
    for (const column of first.columns) {
      if (reserved.includes(column)) {
        const why = `A version answers with "${column}", so no input can have that name: rename the column where the model is made and in the dataset.`;
        throw wrong(why, column);
      }
      checkColumn(column, type, columns, target);
    }
    return { tensor: name, type, rank, columns: [...first.columns] };
  });
}

/** Whether a column of a type can go into a tensor of a type. */
export function fits(column: ColumnType, tensor: ForeignInput['type']): boolean {
  const isText = column === 'text' || column === 'date' || column === 'timestamp';
  return isText === (tensor === 'string');
}

function checkColumn(name: string, type: ForeignInput['type'], columns: readonly RawColumn[], target: string): void {
  const column = columns.find((each) => each.name === name);
  if (column === undefined) {
    const names = columns.map((each) => each.name);
    throw new GalleyError('train.unknown_column', `The dataset has no column "${name}". ${suggestName(name, names)}`, {
      details: { column: name, columns: names },
    });
  }
  if (name === target) throw wrong(`"${name}" is what the model answers and cannot be one of its inputs.`, name);
  if (!fits(column.type, type)) {
    throw wrong(`Column "${name}" is ${column.type}, which cannot go into an input of the type ${type}.`, name);
  }
}

/** The chosen output with its type. ZipMap gives sequences of maps, of which the numbers are taken. */
export function mappedOutput(read: ReadModel, { output }: Pick<AdoptedMapping, 'output'>): ForeignPart['output'] {
  const { tensor, form } = output;
  const found = read.outputs.find(({ name }) => name === tensor);
  if (found === undefined) {
    const names = read.outputs.map(({ name }) => name);
    throw wrong(`It has no output "${tensor}". ${suggestName(tensor, names)}`, tensor);
  }
  const isZipMap = isMadeByZipMap(read, tensor);
  const type = isZipMap ? 'float' : foreignTypes.find((each) => each === found.type);
  if (type === undefined || (type === 'string' && form !== 'labels')) {
    throw wrong(`Its output "${tensor}" is of the type ${found.type}, which holds no ${form}.`, tensor);
  }
  return { tensor, form, type };
}

export function isMadeByZipMap({ nodes }: ReadModel, output: string): boolean {
  return nodes.some(({ operator, outputs }) => operator === 'ZipMap' && outputs.includes(output));
}

function checkClasses({ task, output, classes }: AdoptedMapping): void {
  if ((task === 'regression') !== (output.form === 'prediction')) {
    throw wrong(`A ${task} cannot have ${output.form} as its output.`, output.tensor);
  }
  if (task === 'regression') {
    if (classes.length > 0) throw wrong('A regression has no classes.', classes[0] as string);
    return;
  }
  if (new Set(classes).size !== classes.length) throw wrong('A class is named twice.', classes.join());
  const isBinary = classes.length === 2;
  if (classes.length < 2 || (task === 'binary') !== isBinary) {
    throw wrong(
      `A ${task} has ${task === 'binary' ? 'two' : 'three or more'} classes, not ${classes.length}.`,
      classes.join(),
    );
  }
  if (!isBinary && (output.form === 'probability' || output.form === 'logit')) {
    throw wrong(`One ${output.form} a row is enough for two classes, not for ${classes.length}.`, output.tensor);
  }
}

export function wrong(message: string, subject: string): GalleyError {
  return new GalleyError('package.mapping_wrong', message, { details: { subject } });
}
