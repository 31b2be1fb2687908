import { readPipeline } from '../definition/read-pipeline.ts';
import type { Triggers } from '../definition/triggers.ts';
import type { PipelineFiles } from '../pipeline-files.ts';
import { renewalTriggers } from '../renewal-pipeline.ts';
import type { StoredPipeline } from '../store.ts';

/** What pipelines say of triggers; a file is read at every look, and understood anew where it has changed. */
export class TriggerDefinitions {
  readonly #files: PipelineFiles;
  readonly #known = new Map<string, { text: string; triggers: Triggers | undefined }>();

  constructor(files: PipelineFiles) {
    this.#files = files;
  }

  /** Undefined of a pipeline whose file is gone or has faults. */
  of({ id, name, renewal, schedule }: StoredPipeline): Triggers | undefined {
    if (renewal !== null) return renewalTriggers(schedule);
    const text = this.#read(name);
    if (text === undefined) return undefined;
    const known = this.#known.get(id);
    if (known?.text === text) return known.triggers;
    const read = readPipeline(text);
    const triggers = 'faults' in read ? undefined : read.triggers;
    this.#known.set(id, { text, triggers });
    return triggers;
  }

  #read(name: string): string | undefined {
    try {
      return this.#files.read(name);
    } catch {
      return undefined;
    }
  }
}
