import type { PipelineStep } from '../../contract/retrain.ts';
import { type StepKindSpec, stepKinds } from '../../contract/retrain-pipeline.ts';
import { type Clause, readCondition } from '../definition/condition.ts';
import type { Task } from '../definition/tasks.ts';

/** A task and how it stands in a run. */
export interface StandingTask {
  task: Task;
  state: PipelineStep;
}

/** What becomes of a task now: it waits for others, it runs, or it is skipped for a reason. */
export type Verdict = { wait: true } | { run: true } | { skip: string };

const unfinished: ReadonlySet<PipelineStep['status']> = new Set(['waiting', 'running', 'paused']);

/**
 * Whether a task may run.
 * @param before the tasks that it needs
 */
export function verdictOf(task: Task, before: readonly StandingTask[]): Verdict {
  if (before.some(({ state }) => unfinished.has(state.status))) return { wait: true };
  const against = conditionAgainst(task, before) ?? missingInput(task, before);
  return against === undefined ? { run: true } : { skip: against };
}

function conditionAgainst(task: Task, before: readonly StandingTask[]): string | undefined {
  const when = task.members.when ?? 'passed';
  const condition = readCondition(when);
  if ('message' in condition) return condition.message;
  if ('clauses' in condition) {
    const failed = condition.clauses.find((clause) => !holds(clause, before));
    return failed && `${inWords(failed)} does not hold`;
  }
  if (condition.outcome === 'always') return undefined;
  const bad = before.find(({ state }) => state.status === 'failed');
  if (condition.outcome === 'failed') return bad ? undefined : 'nothing before it failed';
  const missed = bad ?? before.find(({ state }) => state.status === 'skipped');
  return missed && `${missed.task.name} ${missed.state.status === 'failed' ? 'failed' : 'was skipped'}`;
}

/** Of a step with copies all must meet it. A fact that is not there meets nothing; texts and flags are equal or not. */
function holds({ step, fact, operator, value }: Clause, before: readonly StandingTask[]): boolean {
  const copies = before.filter(({ task }) => task.step === step);
  return (
    copies.length > 0 &&
    copies.every(({ state }) => {
      const found = state.status === 'succeeded' ? state.facts[fact] : undefined;
      if (found === undefined || found === null) return false;
      if (operator === '==') return found === value;
      if (operator === '!=') return found !== value;
      if (typeof found !== 'number' || typeof value !== 'number') return false;
      if (operator === '>') return found > value;
      if (operator === '<') return found < value;
      return operator === '>=' ? found >= value : found <= value;
    })
  );
}

function inWords({ step, fact, operator, value }: Clause): string {
  return operator === '==' && typeof value === 'boolean'
    ? `${value ? '' : 'not '}${step}.${fact}`
    : `${step}.${fact} ${operator} ${value}`;
}

function missingInput({ kind, members }: Task, before: readonly StandingTask[]): string | undefined {
  const { inputs }: StepKindSpec = stepKinds[kind];
  const missing = Object.entries(inputs).find(([member, { required }]) => {
    const names = [members[member]].flat();
    return required && !before.some(({ task, state }) => names.includes(task.step) && state.output !== null);
  });
  return missing && `${[members[missing[0]]].flat().join(', ')} gave nothing`;
}
