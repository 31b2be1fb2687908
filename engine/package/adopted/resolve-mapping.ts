import { GalleyError } from '../../base/errors.ts';
import { type Frame, type FrameColumn, findColumn, selectRows } from '../../base/frame.ts';
import type { AdoptedMapping, AdoptedOutput } from '../../contract/adopted-mapping.ts';
import type { AdoptionChoice } from '../../contract/package-adopted.ts';
import type { Problem, TaskKind } from '../../contract/values.ts';
import { type ForeignInput, ForeignSession, foreignFeeds, type PlainTensor, targetLabels } from '../../train/index.ts';
import { fileClasses } from './class-names.ts';
import { guessClasses, guessForm, guessInputs, guessOutput, guessTask } from './guess-mapping.ts';
import { mappedInputs, mappedOutput, wrong } from './mapping.ts';
import { plainGraph } from './plain-graph.ts';
import type { TakenModel } from './read-foreign-model.ts';

/** Rows that are looked at to tell probabilities from other numbers. */
const lookedAt = 200;
/** A target with more different values is no set of classes. */
const mostClasses = 100;

export type Chosen = Pick<AdoptionChoice, 'task' | 'inputs' | 'output' | 'classes'>;

/** A mapping as far as it is known, and what is not. */
export interface ResolvedMapping {
  mapping: AdoptedMapping | undefined;
  problems: Problem[];
}

/**
 * How a file belongs to the columns of a dataset: what was chosen, and the rest guessed from names, counts, types, and what the
 * file says of some rows.
 * @param tryFirst runs the file once where it can do no harm.
 * @throws GalleyError `package.mapping_wrong` for what was chosen and cannot be, `train.adopted_failed`
 */
export async function resolveMapping(
  { read, foreign }: TakenModel,
  frame: Frame,
  target: string,
  chosen: Chosen,
  tryFirst: (onnx: Uint8Array, inputs: readonly ForeignInput[]) => Promise<void>,
): Promise<ResolvedMapping> {
  const { columns } = frame;
  const guessed = guessInputs(read, foreign, { columns, target });
  const isChosen = (tensor: string) => chosen.inputs?.some((input) => input.tensor === tensor) === true;
  const inputs = [...(chosen.inputs ?? []), ...guessed.inputs.filter(({ tensor }) => !isChosen(tensor))];
  const problems = guessed.problems.filter(({ column = '' }) => !isChosen(column));
  const tensor = chosen.output?.tensor ?? guessOutput(read);
  if (tensor === undefined) {
    const names = read.outputs.map(({ name, type }) => `${name} (${type})`).join(', ');
    problems.push(incomplete(`None of its outputs holds numbers or labels: ${names}.`));
  }
  if (tensor === undefined || problems.length > 0) return { mapping: undefined, problems };
  const ready = mappedInputs(read, { inputs, task: chosen.task ?? 'regression' }, columns, target);
  const { type } = mappedOutput(read, { output: { tensor, form: 'labels' } });
  const onnx = plainGraph(foreign.onnx, tensor);
  await tryFirst(onnx, ready);
  const looked = look(onnx, ready, tensor, frame);
  const known = targetLabels(findColumn(frame, target) as FrameColumn, mostClasses);
  const areLabels = type !== 'float' && type !== 'double' && looked.width === 1;
  const task = chosen.task ?? taskOf(read, foreign, frame, target, known, looked.width, chosen.classes);
  const ownForm = task === foreign.task ? foreign.form : undefined;
  const form = chosen.output?.form ?? ownForm ?? formOf(task, looked, areLabels);
  const output: AdoptedOutput = { tensor, form };
  requireWidth(output, looked.width);
  if (task === 'regression') return { mapping: { task, inputs, output, classes: chosen.classes ?? [] }, problems };
  const count = form === 'probabilities' || form === 'logits' ? looked.width : form === 'labels' ? undefined : 2;
  const own = foreign.classes ?? fileClasses(read);
  const classes = chosen.classes ?? guessClasses(own, known, count) ?? known;
  if (classes === undefined || (count !== undefined && classes.length !== count)) {
    const has = known
      ? `"${target}" has ${known.length} different values`
      : `"${target}" has too many different values to be classes; of a regression, one number a row can be taken`;
    problems.push(
      incomplete(
        `The output "${tensor}" has ${count ?? 'some'} classes whose names the file does not say, and ${has}. Name them in order.`,
      ),
    );
    return { mapping: undefined, problems };
  }
  return {
    mapping: { task: classes.length === 2 ? 'binary' : 'multiclass', inputs, output, classes: [...classes] },
    problems,
  };
}

/** @throws GalleyError `package.mapping_wrong` where an output that is one number a row has several. */
function requireWidth({ tensor, form }: AdoptedOutput, width: number): void {
  if (form === 'probabilities' || form === 'logits' || width === 1) return;
  const message = `Its output "${tensor}" has ${width} numbers a row; a ${form === 'labels' ? 'label' : form} is one. Export a model of one target.`;
  throw wrong(message, tensor);
}

function incomplete(message: string): Problem {
  return { code: 'package.mapping_incomplete', message };
}

/** @throws GalleyError `package.mapping_incomplete` where something could not be guessed. */
export function requireMapping({ mapping, problems }: ResolvedMapping): AdoptedMapping {
  if (mapping) return mapping;
  throw new GalleyError('package.mapping_incomplete', problems.map(({ message }) => message).join(' '), {
    details: { problems },
  });
}

interface Looked {
  values: number[];
  width: number;
  /** Whether the output is texts. */
  texts: boolean;
}

/** What an output of the file says of some rows. */
function look(onnx: Uint8Array, inputs: ReturnType<typeof mappedInputs>, tensor: string, frame: Frame): Looked {
  const rows = Math.min(frame.rows, lookedAt);
  const some = selectRows(
    frame,
    Array.from({ length: rows }, (_, row) => Math.floor((row * frame.rows) / rows)),
  );
  const outputs = new ForeignSession(onnx).run(foreignFeeds(inputs, some));
  const { data, type } = outputs[tensor] as PlainTensor;
  const width = rows === 0 ? 1 : data.length / rows;
  if (!Number.isInteger(width) || width === 0) {
    throw wrong(`Its output "${tensor}" has ${data.length} numbers for ${rows} rows, not as many for each.`, tensor);
  }
  const texts = type === 'string';
  return { values: texts ? [] : Array.from(data as ArrayLike<number | bigint>, Number), width, texts };
}

function taskOf(
  read: TakenModel['read'],
  foreign: TakenModel['foreign'],
  frame: Frame,
  target: string,
  known: readonly string[] | undefined,
  width: number,
  classes: readonly string[] | undefined,
): TaskKind {
  if (classes !== undefined && classes.length > 1) return classes.length === 2 ? 'binary' : 'multiclass';
  const { type: targetType } = findColumn(frame, target) as FrameColumn;
  return guessTask(read, foreign, { columns: frame.columns, target, targetClasses: known, targetType }, width);
}

function formOf(task: TaskKind, { values, width, texts }: Looked, areLabels: boolean): AdoptedOutput['form'] {
  if (texts || (areLabels && task !== 'regression' && values.every(Number.isInteger))) return 'labels';
  return guessForm(task, values.filter(Number.isFinite), width);
}
