import { readPipeline } from '../definition/read-pipeline.ts';
import type { Triggers } from '../definition/triggers.ts';
import type { PipelineFiles } from '../pipeline-files.ts';
import { textOf } from '../pipeline-text.ts';
import type { StoredPipeline } from '../store.ts';

/** What pipelines say of triggers; a file is read at every look, and understood anew where it has changed. */
export class TriggerDefinitions {
  readonly #files: PipelineFiles;
  readonly #known = new Map<string, { text: string; triggers: Triggers | undefined }>();

  constructor(files: PipelineFiles) {
    this.#files = files;
  }

  /** Undefined of a pipeline whose file is gone or has faults. */
  of(pipeline: StoredPipeline): Triggers | undefined {
    const text = this.#read(pipeline);
    if (text === undefined) return undefined;
    const known = this.#known.get(pipeline.id);
    if (known?.text === text) return known.triggers;
    const read = readPipeline(text);
    const triggers = 'faults' in read ? undefined : read.triggers;
    this.#known.set(pipeline.id, { text, triggers });
    return triggers;
  }

  #read(pipeline: StoredPipeline): string | undefined {
    try {
      return textOf(this.#files, pipeline);
    } catch {
      return undefined;
    }
  }
}
