import type { jobCalls } from '../contract/jobs.ts';
import type { EngineContext, Phase } from '../jobs/context.ts';

/** The calls about long work itself. */
export function createJobsArea({ jobs }: EngineContext): Phase<typeof jobCalls> {
  return {
    handlers: {
      list: async ({ limit }) => ({ jobs: jobs.list(limit) }),
      show: async ({ id }) => ({ job: jobs.get(id) }),
      cancel: async ({ id }) => ({ job: jobs.cancel(id) }),
    },
  };
}
