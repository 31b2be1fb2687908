import { GalleyError } from '../../base/errors.ts';
import { suggestName } from '../../base/nearest-name.ts';
import type { PipelineRun, PipelineStep } from '../../contract/retrain.ts';
import type { Task } from '../definition/tasks.ts';
import { waitingSteps } from './run-record.ts';

/**
 * The steps of a run that takes over what ended well in an earlier one.
 * @param from a step, or one copy of it, that runs again with all that need it
 * @throws GalleyError `retrain.unknown_step`
 */
export function takenOver(earlier: PipelineRun, tasks: readonly Task[], from: string | undefined): PipelineStep[] {
  const open = openTasks(earlier.steps, tasks, from === undefined ? [] : namedTasks(tasks, from));
  const known = new Map(earlier.steps.map((step) => [step.name, step]));
  return waitingSteps(tasks).map((step): PipelineStep => {
    const before = known.get(step.name);
    if (before === undefined || open.has(step.name)) return step;
    return { ...before, cached: true, because: `taken over from run ${earlier.number}` };
  });
}

/**
 * The tasks that a run, once it was left, has still to do: what did not end well, and what comes after what failed, also where
 * that ran because of it.
 * @param again names of tasks that run again with all that need them
 */
export function openTasks(
  steps: readonly PipelineStep[],
  tasks: readonly Task[],
  again: readonly string[] = [],
): Set<string> {
  const failed = steps.filter(({ status }) => status === 'failed').map(({ name }) => name);
  const open = new Set([...again, ...failed]);
  for (const task of tasks) if (task.needs.some((name) => open.has(name))) open.add(task.name);
  for (const { name, status } of steps) if (status !== 'succeeded') open.add(name);
  return open;
}

function namedTasks(tasks: readonly Task[], from: string): string[] {
  const named = tasks.filter(({ name, step }) => name === from || step === from).map(({ name }) => name);
  if (named.length > 0) return named;
  const steps = [...new Set(tasks.map(({ step }) => step))];
  throw new GalleyError('retrain.unknown_step', `There is no step "${from}" in the run. ${suggestName(from, steps)}`, {
    details: { step: from, steps },
  });
}
