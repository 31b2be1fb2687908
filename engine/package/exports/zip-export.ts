import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeZip, type ZipEntry } from '../../base/zip-file.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import type { ExportFile } from './exporter.ts';

/**
 * Packs the files of an export into one archive in the staging folder, below a folder of its name.
 * @param at in UTC epoch milliseconds
 * @throws GalleyError `job.canceled`
 */
export function zipExport(
  files: readonly ExportFile[],
  name: string,
  at: number,
  { stagingFolder, progress, throwIfCanceled }: Pick<JobContext, 'stagingFolder' | 'progress' | 'throwIfCanceled'>,
): ExportFile {
  const path = join(stagingFolder, 'export.zip');
  writeZip(path, entries(), at);
  return { path: `${name}.zip`, content: { copyOf: path } };

  function* entries(): Generator<ZipEntry> {
    for (const [index, file] of files.entries()) {
      throwIfCanceled();
      progress({ phase: 'packing', done: index, total: files.length });
      yield { name: `${name}/${file.path}`, content: bytesOf(file), executable: file.executable ?? false };
    }
  }
}

function bytesOf({ content }: ExportFile): Uint8Array {
  if (typeof content === 'string') return Buffer.from(content);
  return content instanceof Uint8Array ? content : readFileSync(content.copyOf);
}
