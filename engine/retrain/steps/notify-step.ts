import { contentHash } from '../../base/canonical-json.ts';
import type { StepRunner } from '../execution/step-runner.ts';
import type { StepPhases } from '../step-tools.ts';

/** What a step of the kind `notify` says. */
interface NotifyMembers {
  channel: string;
  message: string;
}

/** Tells a channel of the monitor. It always runs: who is told twice was meant to be. */
export function notifyStep({ phases }: StepPhases): StepRunner {
  return {
    identity: async () => null,
    run: async ({ pipeline, run, task, signal }) => {
      const { channel, message } = task.members as unknown as NotifyMembers;
      signal.throwIfAborted();
      await phases.monitor.tell(channel, `${run.id}-${contentHash(task.name).slice(-8)}`, {
        pipeline: pipeline.name,
        run: run.number,
        step: task.name,
        message,
      });
      return { summary: `${channel} was told: ${message}`, output: null };
    },
  };
}
