import type { PipelineExport } from '../../contract/retrain-export.ts';
import { galleyArchive } from './container/galley-archive.ts';
import { pipelineFolder } from './export-source.ts';
import { writeExportedFiles } from './write-files.ts';

/**
 * Writes an export with Galley itself, which the container has inside, into the folder of a repository.
 * @param force writes over files that no export wrote, or that were changed since
 * @returns absolute paths
 * @throws GalleyError `retrain.engine_not_built`, `retrain.export_in_the_way` before anything is written, `retrain.export_not_writable`
 */
export async function writeExport(
  { pipeline, files, archive }: PipelineExport,
  folder: string,
  force: boolean,
): Promise<string[]> {
  const all = [...files, { path: archive, content: await galleyArchive() }];
  return writeExportedFiles(folder, all, `${pipelineFolder(pipeline)}/export.json`, force);
}
