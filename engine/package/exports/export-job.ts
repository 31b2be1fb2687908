import { GalleyError } from '../../base/errors.ts';
import { hashFile } from '../../base/hash-file.ts';
import type { ExportFormat } from '../../contract/package.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import type { ExportFile, ExportSource } from './exporter.ts';
import { exporters } from './exporters.ts';
import { requireEmptyFolder, type WrittenFile, writeExport } from './write-export.ts';
import { zipExport } from './zip-export.ts';

export interface ExportJobInput {
  source: ExportSource;
  format: ExportFormat;
  /** Absolute path of the folder. */
  to: string;
  /** Whether the folder gets one archive in place of the files. */
  zip: boolean;
}

/**
 * Writes a version to a folder in one of the formats, as a whole or not at all.
 * @throws GalleyError `package.folder_not_empty`, `package.not_writable`, `store.damaged_blob`, and those of the exporter
 */
export async function runExportJob(
  { source, format, to, zip }: ExportJobInput,
  context: JobContext,
): Promise<WrittenFile[]> {
  requireEmptyFolder(to);
  await requireWhole(source.files);
  const exporter = await exporters[format]();
  const files = await exporter(source, context);
  return writeExport(to, zip ? [zipped(files, source, format, context)] : files, context);
}

/** What is handed over is what was packaged. @throws GalleyError `store.damaged_blob` */
async function requireWhole(files: ExportSource['files']): Promise<void> {
  for (const { name, path, sha256 } of files) {
    if ((await hashFile(path)) === sha256) continue;
    const message = `${name} of the version (${path}) is not the file that was packaged; nothing was written.`;
    throw new GalleyError('store.damaged_blob', message, { details: { file: name, path } });
  }
}

function zipped(
  files: ExportFile[],
  { version, at }: ExportSource,
  format: ExportFormat,
  context: JobContext,
): ExportFile {
  return zipExport(files, `${version.model}-${version.version}-${format}`, at, context);
}
