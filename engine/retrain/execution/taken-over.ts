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
  const again = from === undefined ? new Set<string>() : withFollowers(tasks, from);
  const known = new Map(earlier.steps.map((step) => [step.name, step]));
  return waitingSteps(tasks).map((step): PipelineStep => {
    const before = known.get(step.name);
    if (before?.status !== 'succeeded' || again.has(step.name)) return step;
    return { ...before, cached: true, because: `taken over from run ${earlier.number}` };
  });
}

function withFollowers(tasks: readonly Task[], from: string): Set<string> {
  const again = new Set(tasks.filter(({ name, step }) => name === from || step === from).map(({ name }) => name));
  if (again.size === 0) {
    const steps = [...new Set(tasks.map(({ step }) => step))];
    throw new GalleyError(
      'retrain.unknown_step',
      `There is no step "${from}" in the run. ${suggestName(from, steps)}`,
      {
        details: { step: from, steps },
      },
    );
  }
  for (const task of tasks) if (task.needs.some((name) => again.has(name))) again.add(task.name);
  return again;
}
