import { dirname } from 'node:path';
import type { JobContext } from '../../jobs/job-process.ts';
import { withRowDuck } from '../versions/row-duck.ts';
import { type KeptView, type WriteViewInput, writeView } from './write-view.ts';

/** Writes a view in a process of its own. */
export function runWriteViewJob({ view, path, name }: WriteViewInput, job: JobContext): Promise<KeptView> {
  const files = [...view.source.files.map((file) => file.path), dirname(path)];
  return withRowDuck(job, view.source.columns.length, files, async (duck) => {
    const connection = await duck.connect();
    try {
      const written = await writeView(connection, view, path, name);
      await connection.run(`DETACH ${name}`);
      return written;
    } finally {
      connection.closeSync();
    }
  });
}
