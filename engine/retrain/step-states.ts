import { type PipelineStep, type StepName, stepNames } from '../contract/retrain.ts';

/** What a step says when it has ended well. */
export interface StepOutcome {
  /** `skipped` where there was nothing to do. */
  status?: 'succeeded' | 'skipped';
  /** An earlier result with the same inputs was taken. */
  cached?: boolean;
  /** In words, for people. */
  summary: string;
}

/** The steps of a run before it begins. */
export function waitingSteps(): PipelineStep[] {
  return stepNames.map((name) => ({ name, status: 'waiting', cached: false, seconds: null, summary: '' }));
}

/** The steps with one of them changed. */
export function withStep(
  steps: readonly PipelineStep[],
  name: StepName,
  change: Partial<PipelineStep>,
): PipelineStep[] {
  return steps.map((step) => (step.name === name ? { ...step, ...change } : step));
}

/** The steps of a run that ends early: what ran has failed, what waited is skipped. */
export function endedSteps(steps: readonly PipelineStep[], summary: string): PipelineStep[] {
  return steps.map((step): PipelineStep => {
    if (step.status === 'running') return { ...step, status: 'failed', summary };
    return step.status === 'waiting' ? { ...step, status: 'skipped' } : step;
  });
}
