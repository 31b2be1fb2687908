import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/*
 * A file beside a job's staging folder that says that the job is canceled. The message that says the same does not come in
 * while a loop of the job's process runs; a loop that asks sees the file.
 */

const lookMilliseconds = 50;

/** Where the mark of a job stands. */
export function cancelMark(stagingFolder: string): string {
  return `${stagingFolder}.canceled`;
}

/** Where it cannot be written, because the disk is full, the message alone has to do. */
export function writeCancelMark(stagingFolder: string): void {
  const path = cancelMark(stagingFolder);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '');
  } catch (error) {
    console.error(error);
  }
}

/** Whether the mark is there; looks at the disk now and then only, so that it may be asked in every step of a loop. */
export function watchCancelMark(stagingFolder: string, now = () => performance.now()): () => boolean {
  const path = cancelMark(stagingFolder);
  let lookedAt = Number.NEGATIVE_INFINITY;
  let isThere = false;
  return () => {
    const time = now();
    if (isThere || time - lookedAt < lookMilliseconds) return isThere;
    lookedAt = time;
    isThere = existsSync(path);
    return isThere;
  };
}
