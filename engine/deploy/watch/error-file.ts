import { rmSync } from 'node:fs';
import { writeFileDurably } from '../../base/durable-files.ts';
import { errorPath } from './folder-files.ts';
import type { FileRecord } from './watch-store.ts';

/** Says beside a file why it could not be scored, or takes away what was said of it. */
export function writeErrors(folder: string, file: string, failures: readonly FileRecord[]): void {
  const path = errorPath(folder, file);
  // data.csv and data.parquet have one file for what is wrong with them.
  const lines = failures
    .filter((failure) => errorPath(folder, failure.file) === path)
    .map(({ file: failed, error }) => `${failed}: ${error?.message}\n${error?.hint}\n`);
  try {
    if (lines.length > 0) writeFileDurably(path, lines.join('\n'));
    else rmSync(path, { force: true });
  } catch (error) {
    // `deploy.watches` tells it all the same.
    console.error(error);
  }
}
