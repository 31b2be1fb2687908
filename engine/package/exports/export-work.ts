import type { OutputOf } from '../../contract/call.ts';
import type { packageCalls } from '../../contract/package.ts';
import type { Problem } from '../../contract/values.ts';
import type { ProcessWork } from '../../jobs/job-queue.ts';
import type { ExportJobInput } from './export-job.ts';
import { requireEmptyFolder, type WrittenFile } from './write-export.ts';

/**
 * The work of `package.export`, which changes nothing in the project.
 * @throws GalleyError `package.folder_not_empty`
 */
export function exportWork(
  input: ExportJobInput,
  warnings: Problem[],
): ProcessWork<WrittenFile[], OutputOf<typeof packageCalls.export>> {
  requireEmptyFolder(input.to);
  const { model, version } = input.source.version;
  return {
    kind: 'package.export',
    title: `Export ${model}@${version} as ${input.format}`,
    input,
    commit: (files) => ({ files, warnings }),
  };
}
