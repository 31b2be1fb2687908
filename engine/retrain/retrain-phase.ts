import type { Job } from '../contract/jobs.ts';
import type { retrainCalls } from '../contract/retrain.ts';
import type { Phase } from '../jobs/context.ts';

/** The phase, and what those who direct it (the demo) ask besides. */
export interface RetrainPhase extends Phase<typeof retrainCalls> {
  /** The job of the pipeline's latest run in this engine, once every alert so far has started its runs. */
  latestJob(pipelineId: string): Promise<Job | undefined>;
  /** From now on new rows start runs where an alert stands; an engine that stays does so from its start on. */
  watchRows(): void;
  /** Makes a pipeline of the file `pipelines/NAME.yaml`, which came into the project by another way. It agrees to nothing. */
  registerFile(name: string, isChanged: boolean): void;
}
