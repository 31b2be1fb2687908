import Type from 'typebox';
import { suggestName } from '../../base/nearest-name.ts';
import { compileCheck } from '../../base/validation.ts';
import type { PipelineFault, Scalar } from '../../contract/retrain-pipeline.ts';
import type { QuietPeriod } from '../../contract/retrain-triggers.ts';
import { readYaml, writtenPath, type YamlDocument } from '../../data/index.ts';
import type { NamedFault } from './faults.ts';
import { typedParameters } from './given-parameters.ts';
import { nameFaults } from './name-faults.ts';
import { fileMembers } from './pipeline-schema.ts';
import { readSteps } from './step-form.ts';
import { linkSteps } from './step-links.ts';
import { pipelineTasks, type Task } from './tasks.ts';
import { quietFaults, readTriggers, selfStartFaults, type Triggers } from './triggers.ts';

/** A pipeline whose file has no faults. */
export interface ReadPipeline {
  name: string;
  summary: string;
  /** With the values that they have in this run. */
  parameters: Record<string, Scalar>;
  /** Of them, those that were given. */
  given: Record<string, Scalar>;
  /** Each after those that it needs. */
  tasks: Task[];
  triggers: Triggers;
}

/** Above this a file is refused unread. */
const mostCharacters = 1_000_000;

/**
 * Reads a pipeline's file: its form, its parameters, the conditions and the graph of its steps.
 * @param given values that take the place of those in the file, each as what the parameter is or as its text
 * @returns every fault with line and column, in the order of the file; those of the graph once the form is right, those of
 * what members hold once the graph is
 */
export function readPipeline(
  text: string,
  given: Readonly<Record<string, Scalar>> = {},
): ReadPipeline | { faults: PipelineFault[] } {
  if (text.length > mostCharacters) return { faults: [{ line: 1, column: 1, path: '', message: tooLong }] };
  const document = readYaml(text);
  if ('message' in document) return { faults: [{ ...document, path: '' }] };
  const faults: NamedFault[] = [];
  const pipeline = pipelineOf(document.value, given, faults);
  return pipeline === undefined || faults.length > 0 ? { faults: placed(faults, document) } : pipeline;
}

const tooLong = `is too long: at most ${mostCharacters} characters.`;

function placed(faults: readonly NamedFault[], document: YamlDocument): PipelineFault[] {
  return faults
    .map(({ path, message }) => ({ ...document.placeOf(path), path: writtenPath(path), message }))
    .sort((one, other) => one.line - other.line || one.column - other.column);
}

function pipelineOf(
  value: unknown,
  wanted: Readonly<Record<string, Scalar>>,
  faults: NamedFault[],
): ReadPipeline | undefined {
  const head = headOf(value, faults);
  if (head === undefined) return undefined;
  const given = typedParameters(head.parameters ?? {}, wanted);
  const parameters = parametersOf(head.parameters ?? {}, given, faults);
  const list = readTriggers(head.triggers, head.parameters ?? {}, faults);
  faults.push(...quietFaults(head.quiet));
  const steps = readSteps(head.steps, faults);
  if (faults.length > 0) return undefined;
  const order = linkSteps(steps, faults);
  if (faults.length > 0) return undefined;
  const tasks = pipelineTasks(order, parameters, faults);
  faults.push(...selfStartFaults(list, tasks));
  const { pipeline: name, summary = '', debounce = null, quiet = null, concurrent = false } = head;
  return {
    name,
    summary,
    parameters: Object.fromEntries(parameters),
    given,
    tasks,
    triggers: { list, debounce, quiet, concurrent },
  };
}

interface Head {
  pipeline: string;
  summary?: string;
  parameters?: Record<string, Scalar>;
  debounce?: string;
  quiet?: QuietPeriod;
  concurrent?: boolean;
  triggers?: unknown;
  steps: unknown[];
}

const checkHead = compileCheck(Type.Object(fileMembers));
const headMembers = [...Object.keys(fileMembers), 'triggers', 'steps'];

/** What stands beside the steps. */
function headOf(value: unknown, faults: NamedFault[]): Head | undefined {
  const before = faults.length;
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    faults.push({ path: [], message: `must have the members ${headMembers.join(', ')}.` });
    return undefined;
  }
  const { steps, triggers, ...rest } = value as Record<string, unknown>;
  for (const member of Object.keys(rest).filter((one) => !headMembers.includes(one))) {
    faults.push({ path: [member], message: `is no member of a pipeline. ${suggestName(member, headMembers)}` });
    delete rest[member];
  }
  for (const { path, message } of checkHead(rest))
    faults.push({ path: path.split('/').slice(1), message: `${message}.` });
  if (rest.parameters !== null && typeof rest.parameters === 'object')
    faults.push(...nameFaults(rest.parameters, ['parameters']));
  if (!Array.isArray(steps) || steps.length === 0)
    faults.push({ path: ['steps'], message: 'must be a list of at least one step.' });
  return faults.length > before ? undefined : ({ ...rest, triggers, steps } as Head);
}

function parametersOf(
  usual: Readonly<Record<string, Scalar>>,
  given: Readonly<Record<string, Scalar>>,
  faults: NamedFault[],
): Map<string, Scalar> {
  const names = Object.keys(usual);
  for (const [name, value] of Object.entries(given)) {
    if (!names.includes(name))
      faults.push({
        path: ['parameters'],
        message: `has no "${name}", for which a value was given. ${suggestName(name, names)}`,
      });
    else if (typeof usual[name] !== typeof value)
      faults.push({
        path: ['parameters', name],
        message: `is a ${typeof usual[name]}; the value that was given, "${value}", is a ${typeof value}.`,
      });
  }
  return new Map(Object.entries({ ...usual, ...given }));
}
