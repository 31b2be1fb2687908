import type { InputOf } from '../../contract/call.ts';
import type { PipelineOutline, retrainCalls } from '../../contract/retrain.ts';
import { requirePipeline } from './require-pipeline.ts';

/** What a pipeline's file says will be done. @throws GalleyError `retrain.invalid_pipeline` */
export function outlineOf({
  text,
  file = 'The pipeline',
  parameters,
}: InputOf<typeof retrainCalls.check>): PipelineOutline {
  const { tasks, triggers, given, ...pipeline } = requirePipeline(text, file, parameters);
  return { ...pipeline, tasks: tasks.map(({ members, written, ...task }) => task) };
}
