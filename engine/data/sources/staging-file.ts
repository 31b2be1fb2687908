import { join } from 'node:path';
import type { ReadContext } from './read-context.ts';

let count = 0;

/** Path of a file in the staging folder that no other reader uses, whatever the sources are called. */
export function stagingFile(context: Pick<ReadContext, 'stagingFolder'>, ending: string): string {
  count += 1;
  return join(context.stagingFolder, `read-${count}.${ending}`);
}
