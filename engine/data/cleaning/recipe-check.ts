import type { TObject } from 'typebox';
import Type from 'typebox';
import { suggestName } from '../../base/nearest-name.ts';
import { type Check, compileCheck } from '../../base/validation.ts';
import { type CleaningStep, type StepKind, stepSchemas } from '../../contract/cleaning-steps.ts';
import type { CleaningRecipe } from '../../contract/data-cleaning.ts';
import { Name } from '../../contract/values.ts';
import { parseReference } from '../versions/references.ts';

/** What is wrong in a recipe, and where. */
export interface RecipeFault {
  path: (string | number)[];
  message: string;
}

/** The members of a recipe file but its steps. */
const Head = Type.Object({
  format: Type.Literal(1),
  from: Type.String({ minLength: 1 }),
  to: Name,
  on_new_version: Type.Optional(Type.Enum(['run', 'ask'])),
  steps: Type.Array(Type.Unknown(), { maxItems: 1000 }),
});

const checkHead = compileCheck(Head);
const stepChecks = new Map<StepKind, Check>();

function stepCheck(kind: StepKind): Check {
  const check = stepChecks.get(kind) ?? compileCheck(stepSchemas[kind]);
  stepChecks.set(kind, check);
  return check;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function unknownKeys(value: Record<string, unknown>, schema: TObject, path: (string | number)[]): RecipeFault[] {
  const known = Object.keys(schema.properties);
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => ({ path: [...path, key], message: `"${key}" is not known here. ${suggestName(key, known)}` }));
}

function shapeFaults(value: unknown, check: Check, path: (string | number)[]): RecipeFault[] {
  return check(value).map((fault) => ({
    path: [...path, ...fault.path.split('/').slice(1).map(partOfPointer)],
    message: fault.message,
  }));
}

function partOfPointer(part: string): string | number {
  const text = part.replaceAll('~1', '/').replaceAll('~0', '~');
  return /^\d+$/.test(text) ? Number(text) : text;
}

function stepFaults(step: unknown, index: number): RecipeFault[] {
  const path = ['steps', index];
  if (!isObject(step)) return [{ path, message: 'a step is written as `kind: …` with its members below' }];
  const kinds = Object.keys(stepSchemas);
  if (typeof step.kind !== 'string') return [{ path, message: `a step needs a \`kind\`. ${suggestName('', kinds)}` }];
  if (!kinds.includes(step.kind)) {
    const message = `there is no kind of step "${step.kind}". ${suggestName(step.kind, kinds)}`;
    return [{ path: [...path, 'kind'], message }];
  }
  const kind = step.kind as StepKind;
  const unknown = unknownKeys(step, stepSchemas[kind], path);
  if (unknown.length > 0) return unknown;
  const faults = shapeFaults(step, stepCheck(kind), path);
  return faults.length > 0 ? faults : choiceFaults(step as unknown as CleaningStep, path);
}

/** Members of which a step needs exactly one. */
const choices: Partial<Record<StepKind, [string, string]>> = {
  filter: ['sql', 'conditions'],
  split: ['delimiter', 'pattern'],
  rolling: ['rows', 'span'],
  sample: ['rows', 'share'],
};

function choiceFaults(step: CleaningStep, path: (string | number)[]): RecipeFault[] {
  const members = step as unknown as Record<string, unknown>;
  const choice = choices[step.kind];
  const given = choice?.filter((name) => members[name] !== undefined).length;
  if (choice && given !== 1)
    return [{ path, message: `a step of kind ${step.kind} needs either \`${choice[0]}\` or \`${choice[1]}\`` }];
  if (step.kind === 'fill' && (step.with === 'value') !== (step.value !== undefined))
    return [{ path, message: '`value` goes with `with: value`, and only with it' }];
  if (step.kind === 'fill' && step.value === null)
    return [{ path: [...path, 'value'], message: 'a missing value fills nothing' }];
  const isOrdered = step.kind === 'fill' && (step.with === 'previous' || step.with === 'next');
  if (step.kind === 'fill' && !isOrdered && (step.by !== undefined || step.group !== undefined))
    return [{ path, message: '`by` and `group` go with `with: previous` and `with: next`' }];
  return [];
}

/** Looks at what a recipe file holds. Answers the recipe, or every fault with its place. */
export function checkRecipe(value: unknown): { recipe: CleaningRecipe } | { faults: RecipeFault[] } {
  if (!isObject(value)) return { faults: [{ path: [], message: 'a recipe has `format`, `from`, `to` and `steps`' }] };
  const faults = unknownKeys(value, Head, []);
  if (faults.length === 0) faults.push(...shapeFaults(value, checkHead, []));
  if (typeof value.from === 'string' && !isReference(value.from))
    faults.push({ path: ['from'], message: 'must be NAME, NAME@3 or NAME@latest of a dataset' });
  if (Array.isArray(value.steps)) faults.push(...value.steps.flatMap(stepFaults));
  if (faults.length > 0) return { faults };
  const {
    from,
    to,
    on_new_version: onNewVersion = 'run',
    steps,
  } = value as unknown as Omit<CleaningRecipe, 'onNewVersion'> & {
    on_new_version?: CleaningRecipe['onNewVersion'];
  };
  return { recipe: { format: 1, from, to, onNewVersion, steps } };
}

function isReference(text: string): boolean {
  try {
    parseReference(text);
    return true;
  } catch {
    return false;
  }
}
