import { requireWholePath } from '../../base/whole-path.ts';
import type { OutputOf } from '../../contract/call.ts';
import type { retrainPortableCalls } from '../../contract/retrain-portable.ts';
import type { EngineContext, Handlers } from '../../jobs/context.ts';
import type { EngineJobControl } from '../../jobs/job-queue.ts';
import type { StepLogs } from '../execution/step-logs.ts';
import type { PipelineFiles } from '../pipeline-files.ts';
import { definitionOf } from '../pipeline-text.ts';
import type { PipelineRunner } from '../runner.ts';
import type { DirectedPhases, StepTools } from '../step-tools.ts';
import type { StoredPipeline } from '../store.ts';
import { handOver, isolate, takeBack } from './hand-over.ts';
import { runTaskAlone } from './run-alone.ts';

interface PortableSources {
  context: EngineContext;
  phases: DirectedPhases;
  files: PipelineFiles;
  runner: PipelineRunner;
  logs: StepLogs;
}

interface Pipelines {
  requireStored(name: string): StoredPipeline;
  /** Keeps the file of a pipeline in the project. */
  keep(text: string): StoredPipeline;
}

/** One handler per call of the contract. */
export function portableHandlers(
  { context, phases, files, runner, logs }: PortableSources,
  { requireStored, keep }: Pipelines,
): Handlers<typeof retrainPortableCalls> {
  const direct = <Result>(title: string, input: unknown, kind: string, work: (tools: StepTools) => Promise<Result>) =>
    context.jobs.direct<Result>({
      kind,
      title,
      input,
      run: ({ signal }: EngineJobControl) => work({ context, phases, signal }),
    });
  return {
    handOver: async (input) => {
      const pipeline = requireStored(input.pipeline);
      return direct(`Hand ${pipeline.name} over`, input, 'retrain.handOver', (tools) =>
        handOver(tools, definitionOf(files, pipeline), input.remote),
      );
    },
    takeBack: async (input) => {
      const { name } = requireStored(input.pipeline);
      return direct(`Take ${name} back`, input, 'retrain.takeBack', (tools) => takeBack(tools, name, input.remote));
    },
    isolate: async (input) => {
      requireWholePath(input.folder);
      const pipeline = requireStored(input.pipeline);
      const definition = definitionOf(files, pipeline, input.parameters);
      return direct(`Isolate ${pipeline.name}`, input, 'retrain.isolate', (tools) =>
        isolate(tools, definition, input.folder),
      );
    },
    step: async (input) => {
      const { task, inFolder, outFolder, filesFolder } = input;
      [inFolder, outFolder, filesFolder ?? inFolder].forEach(requireWholePath);
      return direct<OutputOf<typeof retrainPortableCalls.step>>(
        `Run ${task} alone`,
        { task },
        'retrain.step',
        async (tools) => {
          const { name, status, summary, facts } = await runTaskAlone({ tools, runner, logs, keep }, input);
          return { step: { name, status, summary, facts } };
        },
      );
    },
  };
}
