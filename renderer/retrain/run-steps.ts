import type { Pipeline, PipelineRun } from '../../engine/contract/retrain.ts';
import type { StepKind } from '../../engine/contract/retrain-pipeline.ts';
import { type StepStatus, stepOfTask } from './step-words.ts';

/** A task as it is drawn, whether it has run or not. */
export interface ShownTask {
  name: string;
  /** The step that it is of; copies of a matrix share one. */
  step: string;
  kind: StepKind | null;
  needs: readonly string[];
}

/** The tasks of a run; before the first one those of the pipeline. */
export function tasksOf(pipeline: Pick<Pipeline, 'tasks'>, run: Pick<PipelineRun, 'steps'> | undefined): ShownTask[] {
  if (run === undefined) return pipeline.tasks.map(({ name, step, kind, needs }) => ({ name, step, kind, needs }));
  const steps = new Map(pipeline.tasks.map(({ name, step }) => [name, step]));
  return run.steps.map(({ name, kind, needs }, index) => ({
    name,
    step: steps.get(name) ?? stepOfTask(name),
    kind,
    needs:
      needs.length > 0 || kind !== null ? needs : run.steps.slice(Math.max(0, index - 1), index).map((one) => one.name),
  }));
}

const gravest: readonly StepStatus[] = ['failed', 'paused', 'running', 'waiting', 'succeeded', 'skipped'];

/** The one state of several tasks: what needs attention first. */
export function stateOfAll(statuses: readonly StepStatus[]): StepStatus {
  return gravest.find((status) => statuses.includes(status)) ?? 'waiting';
}

/** `2 failed, 198 done`, the gravest first. */
export function countInWords(statuses: readonly StepStatus[], word: (status: StepStatus) => string): string {
  return gravest
    .map((status) => ({ status, count: statuses.filter((one) => one === status).length }))
    .filter(({ count }) => count > 0)
    .map(({ status, count }) => `${count} ${word(status)}`)
    .join(', ');
}
