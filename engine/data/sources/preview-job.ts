import type { FilePreview } from '../../contract/data-results.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { openDuck } from '../../store/duck.ts';
import { type PreviewOrder, previewSource } from './preview.ts';
import { openSource } from './source-file.ts';

export interface PreviewInput extends PreviewOrder {
  path: string;
  name?: string;
}

/** The first rows of a file that was read from end to end, with the types that an import gives it. */
export async function runPreviewJob(input: PreviewInput, job: JobContext): Promise<FilePreview> {
  const source = openSource(input.path, input.name);
  const duck = await openDuck({ allowed: [input.path], temporaryFolder: job.stagingFolder, memoryLimit: '400MB' });
  const connection = await duck.connect();
  try {
    const context = {
      stagingFolder: job.stagingFolder,
      connection,
      progress: (phase: string, done: number, total: number) => job.progress({ phase, done, total }),
      throwIfCanceled: job.throwIfCanceled,
    };
    return { ...(await previewSource(source, context, input)), whole: true };
  } finally {
    connection.closeSync();
    duck.closeSync();
  }
}
