import { isoTime } from '../../base/clock.ts';
import type { trainCalls } from '../../contract/train.ts';
import type { DataPhase } from '../../data/index.ts';
import type { Handlers } from '../../jobs/context.ts';
import { type TrainingTools, trainingWork } from '../run-work.ts';

/** The calls about trainings that were broken off. */
export function checkpointHandlers(
  tools: TrainingTools,
  data: DataPhase,
): Handlers<Pick<typeof trainCalls, 'resumable' | 'resume' | 'discard'>> {
  const { context, checkpoints } = tools;
  return {
    async resumable() {
      return { trainings: checkpoints.list().map(({ job, savedAt }) => ({ job, savedAt: isoTime(savedAt) })) };
    },

    async resume({ job: before }) {
      const { datasetVersionId, identity } = checkpoints.training(before);
      const version = await data.openVersion(datasetVersionId, identity);
      // Somebody else may have gone on with it meanwhile.
      const { plan, evaluation } = checkpoints.training(before);
      const job = context.jobs.submit(trainingWork(tools, { ...plan, version }, evaluation));
      checkpoints.move(before, job.id);
      context.events.publish({ type: 'phase.changed', phase: 'train', subject: job.id });
      return job;
    },

    async discard({ job }) {
      checkpoints.training(job);
      const freed = checkpoints.remove(job);
      context.events.publish({ type: 'phase.changed', phase: 'train', subject: job });
      return { freed };
    },
  };
}
