import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { syncFolder, writeFileDurably } from '../base/durable-files.ts';
import { GalleyError } from '../base/errors.ts';

const folderName = 'pipelines';
const mostBytes = 4_000_000;

/** The files of pipelines in a project: `pipelines/NAME.yaml`. Their user may change them by hand, too. */
export class PipelineFiles {
  readonly #folder: string;

  constructor(projectPath: string) {
    this.#folder = join(projectPath, folderName);
  }

  /** Path of a pipeline's file within the project. */
  file(name: string): string {
    return `${folderName}/${name}.yaml`;
  }

  /** @throws GalleyError `retrain.pipeline_file_gone`, `retrain.invalid_pipeline` where it is too large */
  read(name: string): string {
    const path = this.#path(name);
    const file = this.file(name);
    if (!existsSync(path))
      throw new GalleyError('retrain.pipeline_file_gone', `The file of the pipeline ${name}, ${file}, is gone.`, {
        details: { pipeline: name, file },
      });
    if (statSync(path).size > mostBytes)
      throw new GalleyError('retrain.invalid_pipeline', `${file} is larger than ${mostBytes / 1e6} MB.`, {
        details: { file, faults: [] },
      });
    return readFileSync(path, 'utf8');
  }

  write(name: string, text: string): void {
    mkdirSync(this.#folder, { recursive: true });
    writeFileDurably(this.#path(name), text);
  }

  /** Nothing where there is none. */
  remove(name: string): void {
    if (!existsSync(this.#path(name))) return;
    rmSync(this.#path(name));
    syncFolder(this.#folder);
  }

  #path(name: string): string {
    return join(this.#folder, `${name}.yaml`);
  }
}
