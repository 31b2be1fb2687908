import Type from 'typebox';
import { type Check, compileCheck } from '../../base/validation.ts';
import {
  commonMembers,
  type PipelineTask,
  type Scalar,
  type StepDefinition,
  type StepKind,
} from '../../contract/retrain-pipeline.ts';
import type { YamlPath } from '../../data/index.ts';
import { readCondition } from './condition.ts';
import type { NamedFault } from './faults.ts';
import { memberFault } from './member-faults.ts';
import { nameFaults } from './name-faults.ts';
import { filledIn } from './parameters.ts';
import { stepSchema } from './pipeline-schema.ts';
import type { LinkedStep } from './step-links.ts';

/** A task with its members filled in. */
export interface Task extends PipelineTask {
  members: StepDefinition;
  /** The step as it stands in the file. */
  written: StepDefinition;
}

type Values = ReadonlyMap<string, Scalar>;

/** A file that makes more is refused. */
const mostTasks = 1000;

/**
 * The tasks of a pipeline in an order in which they may run. A step with a matrix becomes a task for each combination; so does
 * a step that takes one input from it. A step that takes several inputs takes those of all copies.
 * @param order the steps, each after those that it waits for
 * @param faults gets members that do not fit their kind once the values are filled in
 */
export function pipelineTasks(order: readonly LinkedStep[], parameters: Values, faults: NamedFault[]): Task[] {
  const made = new Map<string, Task[]>();
  let total = 0;
  for (const linked of order) {
    const { step, index } = linked;
    const combinations = combinationsOf(linked, made, faults);
    total += combinations.length;
    if (total > mostTasks) {
      faults.push({
        path: ['steps', index],
        message: `brings the pipeline to ${total} tasks; at most ${mostTasks} are possible.`,
      });
      return [];
    }
    const tasks = combinations.map((values) => taskOf(linked, values, parameters, made, faults));
    faults.push(...sameNameFaults(tasks, index));
    made.set(step.name, tasks);
  }
  return [...made.values()].flat();
}

function combinationsOf(
  { step, index, links }: LinkedStep,
  made: ReadonlyMap<string, Task[]>,
  faults: NamedFault[],
): Values[] {
  const before = faults.length;
  const inherited = links
    .filter(({ input }) => input !== undefined && !input.many)
    .map((link) => (made.get(link.step) ?? []).map(({ values }) => new Map(Object.entries(values))));
  const own = matrixOf(step, index, faults);
  if (faults.length > before) return [];
  const combinations = [...inherited, ...own].reduce<Values[]>(combined, [new Map()]);
  if (combinations.length === 0 && inherited.every(({ length }) => length > 0))
    faults.push({
      path: ['steps', index, ...(step.matrix ? ['matrix'] : [])],
      message: 'leaves no copy of the step: it and what the step takes have no combination of values in common.',
    });
  return combinations;
}

/** The names of copies are made of their values. */
function sameNameFaults(tasks: readonly Task[], index: number): NamedFault[] {
  const names = tasks.map(({ name }) => name);
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice === undefined) return [];
  return [{ path: ['steps', index], message: `has two copies of the name "${twice}": their values read the same.` }];
}

/** Combinations of both, those aside that contradict each other; no more than are refused anyway. */
function combined(left: readonly Values[], right: readonly Values[]): Values[] {
  const both = new Map<string, Values>();
  for (const one of left)
    for (const other of right) {
      if (both.size > mostTasks) return [...both.values()];
      if ([...other].some(([name, value]) => (one.get(name) ?? value) !== value)) continue;
      const values = new Map([...one, ...other]);
      both.set(JSON.stringify([...values].sort()), values);
    }
  return [...both.values()];
}

const checkMatrix = compileCheck(Type.Object({ matrix: commonMembers.matrix }));

function matrixOf({ matrix }: StepDefinition, index: number, faults: NamedFault[]): Values[][] {
  if (matrix === undefined) return [];
  const found: NamedFault[] = checkMatrix({ matrix }).map(({ path, message }) => ({
    path: inStep(index, path),
    message: `${message}.`,
  }));
  if (found.length === 0) found.push(...nameFaults(matrix, ['steps', index, 'matrix']));
  faults.push(...found);
  if (found.length > 0) return [];
  return Object.entries(matrix).map(([name, values]) => values.map((value) => new Map([[name, value]])));
}

function taskOf(
  { step, index, links }: LinkedStep,
  values: Values,
  parameters: Values,
  made: ReadonlyMap<string, Task[]>,
  faults: NamedFault[],
): Task {
  const needs = links.flatMap((link) =>
    (made.get(link.step) ?? []).filter((task) => isAmong(task, values)).map(({ name }) => name),
  );
  return {
    name: values.size === 0 ? step.name : `${step.name} (${[...values.values()].join(', ')})`,
    step: step.name,
    kind: step.kind,
    values: Object.fromEntries(values),
    needs: [...new Set(needs)],
    members: membersOf(step, index, new Map([...parameters, ...values]), faults),
    written: step,
  };
}

/** A copy waits for the copies with its own values, and for all where it has none of the matrix. */
function isAmong(task: Task, values: Values): boolean {
  return Object.entries(task.values).every(([name, value]) => (values.get(name) ?? value) === value);
}

const checks = new Map<StepKind, Check>();

function checkOf(kind: StepKind): Check {
  const check = checks.get(kind) ?? compileCheck(stepSchema(kind));
  checks.set(kind, check);
  return check;
}

function membersOf(step: StepDefinition, index: number, values: Values, faults: NamedFault[]): StepDefinition {
  const found: NamedFault[] = [];
  const members = filledIn(step, values, ['steps', index], found) as StepDefinition;
  if (found.length === 0)
    for (const { path, message } of checkOf(step.kind)(members))
      found.push({ path: inStep(index, path), message: `${message}.` });
  if (found.length === 0) found.push(...wholeFaults(members, index));
  const isKnown = (fault: NamedFault) =>
    faults.some(({ path, message }) => message === fault.message && path.join('/') === fault.path.join('/'));
  faults.push(...found.filter((fault) => !isKnown(fault)));
  return members;
}

/** What is wrong with a step whose members have the right form, with the values of its parameters. */
function wholeFaults(members: StepDefinition, index: number): NamedFault[] {
  const condition = readCondition(members.when ?? 'passed');
  if ('message' in condition) return [{ path: ['steps', index, 'when'], message: condition.message }];
  const fault = memberFault(members);
  return fault ? [{ path: ['steps', index, ...(fault.member ? [fault.member] : [])], message: fault.message }] : [];
}

/** A JSON pointer inside a step, as a path of the file. */
function inStep(index: number, pointer: string): YamlPath {
  const parts = pointer.split('/').slice(1);
  return ['steps', index, ...parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part))];
}
