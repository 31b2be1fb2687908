import { statfs } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { GalleyError } from '../../base/errors.ts';

/** How the room on a disk is looked at. */
export interface DiskWatch {
  /** Bytes that are free on the disk of a folder. */
  free(folder: string): Promise<number>;
  /** Until it is looked again. */
  pause(signal: AbortSignal): Promise<void>;
}

const watchMilliseconds = 500;

export const systemDisk: DiskWatch = {
  free: async (folder) => {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  },
  pause: (signal) => wait(watchMilliseconds, undefined, { signal }),
};

/** What is left to the project and the rest of the machine. */
export const leastFree = 200_000_000;

/**
 * Does work whose signal is aborted as soon as the disk is nearly full.
 * @throws GalleyError `store.disk_full`, and what the work throws
 */
export async function withRoom<Result>(
  folder: string,
  disk: DiskWatch,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const full = new AbortController();
  const done = new AbortController();
  const watch = async () => {
    while (!done.signal.aborted) {
      if ((await disk.free(folder)) < leastFree) return full.abort(diskFull());
      await disk.pause(done.signal);
    }
  };
  const watching = watch().catch((error) => {
    if (!done.signal.aborted) full.abort(error);
  });
  try {
    return await work(AbortSignal.any([signal, full.signal]));
  } finally {
    done.abort();
    await watching;
  }
}

function diskFull(): GalleyError {
  const message = `Less than ${leastFree / 1e6} MB are left on the disk, so the command was ended; nothing of it was kept.`;
  return new GalleyError('store.disk_full', message);
}
