import type { Scalar } from '../contract/retrain-pipeline.ts';
import type { ReadPipeline } from './definition/read-pipeline.ts';
import { requirePipeline } from './definition/require-pipeline.ts';
import type { PipelineFiles } from './pipeline-files.ts';
import { renewalText } from './renewal-pipeline.ts';
import type { StoredPipeline } from './store.ts';

type Named = Pick<StoredPipeline, 'name' | 'renewal' | 'schedule'>;

/** The text of a pipeline's file; of one that is made of settings what it would be. @throws GalleyError as `PipelineFiles.read` */
export function textOf(files: PipelineFiles, { name, renewal, schedule }: Named): string {
  return renewal === null ? files.read(name) : renewalText(name, renewal, schedule);
}

/** What a pipeline does. @throws GalleyError `retrain.invalid_pipeline` and as `textOf` */
export function definitionOf(
  files: PipelineFiles,
  pipeline: Named,
  parameters?: Readonly<Record<string, Scalar>>,
): ReadPipeline & { text: string } {
  const text = textOf(files, pipeline);
  return { ...requirePipeline(text, files.file(pipeline.name), parameters), text };
}
