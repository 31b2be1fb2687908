import { statSync } from 'node:fs';
import type { FileState } from './store.ts';

/** Times of files may be this coarse: a file that changed later than this before it was read may change again unseen. */
const coarsestTime = 2_000_000_000n;

export interface SeenFile {
  state: FileState;
  /** True where a later change of the file would show in its state. */
  isSettled: boolean;
}

/**
 * What a file is now; undefined where it is not there.
 * @param now epoch milliseconds of the system's clock, by which files get their times
 */
export function fileState(path: string, now: number): SeenFile | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (!stat?.isFile()) return undefined;
  const isOld = (time: bigint) => BigInt(now) * 1_000_000n - time > coarsestTime;
  return {
    state: {
      path,
      bytes: Number(stat.size),
      modified: String(stat.mtimeNs),
      changed: String(stat.ctimeNs),
      inode: String(stat.ino),
    },
    isSettled: isOld(stat.mtimeNs) && isOld(stat.ctimeNs),
  };
}
