import { foldText } from '../../base/fold-text.ts';
import type { ReadModel } from '../../base/onnx/read-model.ts';
import type { AdoptedInput, OutputForm } from '../../contract/adopted-mapping.ts';
import type { Problem, TaskKind } from '../../contract/values.ts';
import { shareNoise } from '../../train/index.ts';
import { classNamed, fileClasses } from './class-names.ts';
import type { ForeignModel } from './foreign-model.ts';
import { type FileInput, fileInputs, fits, isMadeByZipMap, type RawColumn } from './mapping.ts';

/** What is known of the dataset. */
export interface GuessFrom {
  columns: readonly RawColumn[];
  target: string;
  /** Different values of the target as texts, in order; undefined where there are too many to be classes. */
  targetClasses: readonly string[] | undefined;
  targetType: RawColumn['type'];
}

/** Which columns go into the inputs of a file, by their names and counts. */
export function guessInputs(
  read: ReadModel,
  { features }: Pick<ForeignModel, 'features'>,
  { columns, target }: Pick<GuessFrom, 'columns' | 'target'>,
): { inputs: AdoptedInput[]; problems: Problem[] } {
  const candidates = columns.filter(({ name }) => name !== target);
  const inputs: AdoptedInput[] = [];
  const problems: Problem[] = [];
  for (const input of fileInputs(read)) {
    const found = columnsFor(input, candidates, features, read.inputs.length);
    if (found) inputs.push({ tensor: input.name, columns: found });
    else problems.push(unknownColumns(input, candidates));
  }
  return { inputs, problems };
}

function columnsFor(
  { name, type, width }: FileInput,
  candidates: readonly RawColumn[],
  features: readonly string[] | undefined,
  inputCount: number,
): string[] | undefined {
  const fitting = candidates.filter((column) => fits(column.type, type));
  const named = features?.map((feature) => sameName(feature, fitting));
  if (named?.every((column) => column !== undefined) && (width === undefined || named.length === width)) {
    return named as string[];
  }
  const same = sameName(name, fitting);
  if (same !== undefined && (width === undefined || width === 1)) return [same];
  if (inputCount > 1) return undefined;
  const isWhole = width === undefined || fitting.length === width;
  return isWhole && fitting.length > 0 ? fitting.map((column) => column.name) : undefined;
}

/** Exporters replace spaces and the like in names. */
function sameName(name: string, columns: readonly RawColumn[]): string | undefined {
  const plain = (text: string) => foldText(text).replace(/[^\p{L}\p{N}]+/gu, '_');
  const exact = columns.find((column) => column.name === name);
  return (exact ?? columns.find((column) => plain(column.name) === plain(name)))?.name;
}

function unknownColumns({ name, type, width }: FileInput, candidates: readonly RawColumn[]): Problem {
  const count = candidates.filter((column) => fits(column.type, type)).length;
  const wanted = width === undefined ? 'columns' : width === 1 ? 'one column' : `${width} columns`;
  const message = `The input "${name}" takes ${wanted} of the type ${type}; the dataset has ${count} of that kind, and the file names none of them. Say which, in order.`;
  return { code: 'package.mapping_incomplete', message, column: name };
}

/** The output to take, best first: probabilities, then any numbers, then labels. */
export function guessOutput(read: ReadModel): string | undefined {
  const rank = ({ name, type }: ReadModel['outputs'][number]): number => {
    if (isMadeByZipMap(read, name)) return 0;
    const isNumber = type === 'float' || type === 'double';
    if (isNumber && /prob/i.test(name)) return 1;
    if (isNumber) return 2;
    return type === 'int64' || type === 'int32' || type === 'string' || type === 'bool' ? 3 : 4;
  };
  const [best] = read.outputs.toSorted((left, right) => rank(left) - rank(right));
  return best && rank(best) < 4 ? best.name : undefined;
}

/** Whether a file answers with classes, as far as its operators and outputs say. */
export function guessTask(read: ReadModel, { task }: ForeignModel, from: GuessFrom, width: number): TaskKind {
  if (task) return task;
  const classes = fileClasses(read);
  const names = new Set(read.operators.map(({ name }) => name));
  if (classes) return classes.length === 2 ? 'binary' : 'multiclass';
  if (width > 2) return 'multiclass';
  if (width === 2) return 'binary';
  const isRegressor = ['TreeEnsembleRegressor', 'LinearRegressor', 'SVMRegressor'].some((name) => names.has(name));
  const { targetClasses, targetType } = from;
  const hasTwo = targetClasses?.length === 2;
  if (targetType === 'text' || targetType === 'boolean') return hasTwo ? 'binary' : 'multiclass';
  if (hasTwo && !(isRegressor && targetType !== 'int64')) return 'binary';
  return 'regression';
}

/** What the numbers of an output are, by how they look in some rows. */
export function guessForm(task: TaskKind, values: readonly number[], width: number): OutputForm {
  if (task === 'regression') return 'prediction';
  const areShares = values.every((value) => value > -shareNoise && value < 1 + shareNoise);
  if (width === 1) return areShares ? 'probability' : 'logit';
  const sumsToOne = values.every((_, place) => {
    if (place % width !== 0) return true;
    const sum = values.slice(place, place + width).reduce((total, value) => total + value, 0);
    return Math.abs(sum - 1) < 1e-3;
  });
  return areShares && sumsToOne ? 'probabilities' : 'logits';
}

/**
 * Names of the classes: those of the file where the target has them, else the target's in their order, which is how libraries
 * number them.
 */
export function guessClasses(
  own: readonly string[] | undefined,
  targetClasses: readonly string[] | undefined,
  count: number | undefined,
): string[] | undefined {
  const known = targetClasses ?? [];
  if (own === undefined) return known.length === (count ?? known.length) && known.length > 1 ? [...known] : undefined;
  const folded = own.map((label) => classNamed(label, known));
  if (folded.some((label) => label !== undefined)) return own.map((label, index) => folded[index] ?? label);
  const areNumbers = own.every((label, index) => label === String(index));
  if (areNumbers && known.length === own.length) return [...known];
  return own.length > 0 ? [...own] : undefined;
}
