import type { OutputOf } from '../contract/call.ts';
import type { Job } from '../contract/jobs.ts';
import type { retrainCalls } from '../contract/retrain.ts';
import type { EngineContext } from '../jobs/context.ts';
import { requireRun } from './execution/run-record.ts';
import type { PipelineRunStore } from './run-store.ts';
import type { PipelineRunner, RunWish } from './runner.ts';
import type { StoredPipeline } from './store.ts';
import type { TriggerDefinitions } from './triggers/trigger-definitions.ts';

interface Sources {
  context: EngineContext;
  runs: PipelineRunStore;
  runner: PipelineRunner;
  definitions: TriggerDefinitions;
}

/**
 * Runs a pipeline now; where it runs already and one waits for that, with a job that says for which run, and then directs its own.
 * @throws GalleyError as `PipelineRunner.start`
 */
export function runAfter(
  { context, runs, runner, definitions }: Sources,
  pipeline: StoredPipeline,
  wish: RunWish,
  waits: boolean,
): Job {
  const { id, name } = pipeline;
  const mayStart = () => definitions.of(pipeline)?.concurrent === true || !runner.isRunning(id);
  if (!waits || mayStart()) return runner.start(pipeline, wish);
  return context.jobs.direct<OutputOf<typeof retrainCalls.run>>({
    kind: 'retrain.wait',
    title: `Pipeline ${name} waits for a run`,
    input: { pipeline: id },
    run: async ({ signal, progress }) => {
      const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      for (let [first] = runner.runningRuns(id); first && !mayStart(); [first] = runner.runningRuns(id)) {
        const { number, startedAt } = requireRun(runs, first);
        progress({ phase: `waits for run ${number} of ${name}, which began at ${startedAt}`, done: 0, total: 0 });
        await Promise.race([runner.idle(id), stopped]);
        signal.throwIfAborted();
      }
      const job = runner.start(pipeline, wish);
      const cancel = () => context.jobs.cancel(job.id);
      signal.addEventListener('abort', cancel);
      return context.jobs.result(job.id);
    },
  });
}
