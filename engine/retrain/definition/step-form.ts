import { suggestName } from '../../base/nearest-name.ts';
import { compileCheck } from '../../base/validation.ts';
import {
  commonMembers,
  type StepDefinition,
  type StepKind,
  type StepKindSpec,
  stepKindNames,
  stepKinds,
} from '../../contract/retrain-pipeline.ts';
import { Name } from '../../contract/values.ts';
import type { NamedFault } from './faults.ts';

const checkName = compileCheck(Name);

/**
 * The steps of a file whose name, kind and members are known; what their members hold is not looked at.
 * @param faults gets those of the others
 */
export function readSteps(values: readonly unknown[], faults: NamedFault[]): StepDefinition[] {
  const steps = values.flatMap((value, index) => readStep(value, index, faults) ?? []);
  const first = new Map<string, number>();
  for (const [index, { name }] of steps.entries()) {
    const before = first.get(name);
    if (before === undefined) first.set(name, index);
    else faults.push({ path: ['steps', index, 'name'], message: `"${name}" is the name of step ${before + 1}, too.` });
  }
  return steps;
}

function readStep(value: unknown, index: number, faults: NamedFault[]): StepDefinition | undefined {
  const path = ['steps', index];
  const before = faults.length;
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    faults.push({ path, message: 'must have a name, a kind, and the members of its kind.' });
    return undefined;
  }
  const step = value as StepDefinition;
  for (const { message } of checkName(step.name)) faults.push({ path: [...path, 'name'], message: `${message}.` });
  if (!stepKindNames.includes(step.kind)) {
    const what = step.kind === undefined ? 'needs a kind.' : `"${step.kind}" is no kind of step.`;
    faults.push({ path: [...path, 'kind'], message: `${what} ${suggestName(String(step.kind ?? ''), stepKindNames)}` });
    return undefined;
  }
  const known = membersOf(step.kind);
  for (const member of Object.keys(step).filter((one) => !known.includes(one)))
    faults.push({
      path: [...path, member],
      message: `is no member of a step of the kind ${step.kind}. ${suggestName(member, known)}`,
    });
  if (step.kind === 'run') faults.push(...parameterFaults(step, index));
  return faults.length > before ? undefined : step;
}

/** What a command is trusted for cannot be chosen by whoever gives a run its parameters. */
function parameterFaults({ command, environment }: StepDefinition, index: number): NamedFault[] {
  const holdsOne = (value: unknown) => String(value).includes('${');
  const faults: NamedFault[] = [];
  if (Array.isArray(command) ? holdsOne(command[0]) : holdsOne(command))
    faults.push({
      path: ['steps', index, 'command'],
      message: 'must name its program itself: parameters may only be among what it is given.',
    });
  if (holdsOne(environment))
    faults.push({
      path: ['steps', index, 'environment'],
      message: 'must name its variables itself, without parameters.',
    });
  return faults;
}

function membersOf(kind: StepKind): string[] {
  const { inputs, members }: StepKindSpec = stepKinds[kind];
  return ['kind', ...Object.keys(commonMembers), ...Object.keys(inputs), ...Object.keys(members)];
}
