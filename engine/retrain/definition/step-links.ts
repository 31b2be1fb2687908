import { suggestName } from '../../base/nearest-name.ts';
import {
  type StepDefinition,
  type StepInput,
  type StepKindSpec,
  stepFacts,
  stepKinds,
} from '../../contract/retrain-pipeline.ts';
import type { YamlPath } from '../../data/index.ts';
import { type Clause, isParameter, readCondition } from './condition.ts';
import type { NamedFault } from './faults.ts';

/** A step that another one waits for. */
export interface StepLink {
  step: string;
  /** The member whose input it is; absent where it is only waited for. */
  input?: StepInput;
}

interface NamedLink extends StepLink {
  path: YamlPath;
  /** What a condition asks of it. */
  asks?: Clause;
}

export interface LinkedStep {
  step: StepDefinition;
  /** Place in the file, from 0. */
  index: number;
  links: StepLink[];
}

/**
 * The steps in an order in which each comes after those that it waits for; of those that may come next the first of the file.
 * @param faults gets inputs that are missing, name no step or one that gives something else, conditions that are none, and
 * the first cycle
 */
export function linkSteps(steps: readonly StepDefinition[], faults: NamedFault[]): LinkedStep[] {
  const named = new Map(steps.map((step) => [step.name, step]));
  const before = faults.length;
  const linked = steps.map((step, index) => ({ step, index, links: linksOf(step, index, named, faults) }));
  return faults.length > before ? linked : inOrder(linked, faults);
}

function linksOf(
  step: StepDefinition,
  index: number,
  named: ReadonlyMap<string, StepDefinition>,
  faults: NamedFault[],
): StepLink[] {
  const links = [...inputLinks(step, index, faults), ...waitLinks(step, index), ...conditionLinks(step, index, faults)];
  return links.flatMap(({ path, asks, ...link }) => {
    const fault = linkFault(step, link, named) ?? factFault(asks, named.get(link.step));
    if (fault !== undefined) faults.push({ path, message: fault });
    return fault === undefined ? [link] : [];
  });
}

function inputLinks(step: StepDefinition, index: number, faults: NamedFault[]): NamedLink[] {
  const { inputs }: StepKindSpec = stepKinds[step.kind];
  return Object.entries(inputs).flatMap(([member, input]) => {
    const path = ['steps', index, member];
    const names = namesIn(step[member]);
    if (names.length === 0 && input.required)
      faults.push({
        path: ['steps', index],
        message: `needs ${member}: the name of a step that gives ${choice(input)}.`,
      });
    return names.map((name) => ({ step: name, input, path }));
  });
}

function waitLinks(step: StepDefinition, index: number): NamedLink[] {
  return namesIn(step.after).map((name) => ({ step: name, path: ['steps', index, 'after'] }));
}

function conditionLinks(step: StepDefinition, index: number, faults: NamedFault[]): NamedLink[] {
  if (step.when === undefined) return [];
  const path = ['steps', index, 'when'];
  const condition = readCondition(String(step.when));
  if ('message' in condition) faults.push({ path, message: condition.message });
  return 'clauses' in condition ? condition.clauses.map((clause) => ({ step: clause.step, asks: clause, path })) : [];
}

function namesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  return value === undefined || value === null ? [] : [String(value)];
}

function linkFault(
  step: StepDefinition,
  link: StepLink,
  named: ReadonlyMap<string, StepDefinition>,
): string | undefined {
  const source = named.get(link.step);
  if (source === undefined) {
    const others = [...named.keys()].filter((name) => name !== step.name);
    return `names no step: there is no "${link.step}". ${suggestName(link.step, others)}`;
  }
  if (link.input === undefined) return undefined;
  const { output } = stepKinds[source.kind];
  if (output !== null && link.input.types.includes(output)) return undefined;
  return `takes ${choice(link.input)}, but ${link.step} (${source.kind}) gives ${output === null ? 'nothing' : `a ${output}`}.`;
}

/** Names of metrics are not looked at: which there are, depends on the task. */
function factFault(asks: Clause | undefined, source: StepDefinition | undefined): string | undefined {
  if (asks === undefined || source === undefined) return undefined;
  const { fact, value } = asks;
  const { names, flags, metrics } = stepFacts[source.kind];
  const asked = `asks ${source.name} (${source.kind}) for "${fact}"`;
  if (!metrics && !names.includes(fact))
    return `${asked}, which it does not tell. ${names.length === 0 ? 'It tells none.' : suggestName(fact, names)}`;
  const isFlag = flags.includes(fact);
  if (isFlag === (typeof value === 'boolean') || isParameter(value)) return undefined;
  return isFlag
    ? `${asked}, which is true or false and not "${value}": write ${source.name}.${fact} or not ${source.name}.${fact}.`
    : `${asked}, which is neither true nor false: compare it, such as ${source.name}.${fact} > 0.`;
}

function choice({ types }: StepInput): string {
  return `a ${types.join(' or a ')}`;
}

function inOrder(linked: readonly LinkedStep[], faults: NamedFault[]): LinkedStep[] {
  const waits = new Map(linked.map(({ step, links }) => [step.name, new Set(links.map((link) => link.step))]));
  const followers = new Map<string, LinkedStep[]>();
  for (const one of linked)
    for (const name of waits.get(one.step.name) ?? []) followers.set(name, [...(followers.get(name) ?? []), one]);
  const ready = linked.filter(({ step }) => waits.get(step.name)?.size === 0);
  const order: LinkedStep[] = [];
  for (let next = ready.shift(); next !== undefined; next = ready.shift()) {
    order.push(next);
    for (const follower of followers.get(next.step.name) ?? []) {
      const left = waits.get(follower.step.name) as Set<string>;
      left.delete(next.step.name);
      if (left.size === 0) ready.push(follower);
    }
    ready.sort((one, other) => one.index - other.index);
  }
  const [stuck] = linked.filter((one) => !order.includes(one));
  if (stuck) faults.push(cycleFault(stuck, linked, waits));
  return order;
}

/** Follows what is waited for, from a step that never becomes ready, until a step comes again. */
function cycleFault(
  stuck: LinkedStep,
  linked: readonly LinkedStep[],
  waits: ReadonlyMap<string, ReadonlySet<string>>,
): NamedFault {
  const way = [stuck.step.name];
  for (;;) {
    const [next = ''] = waits.get(way.at(-1) as string) ?? [];
    const start = way.indexOf(next);
    way.push(next);
    if (start < 0) continue;
    const circle = way.slice(start);
    const index = linked.findIndex(({ step }) => step.name === circle[0]);
    return { path: ['steps', index], message: `waits for itself: ${circle.join(' waits for ')}.` };
  }
}
