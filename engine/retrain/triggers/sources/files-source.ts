import { isAbsolute, join } from 'node:path';
import type { Clock } from '../../../base/clock.ts';
import { GalleyError } from '../../../base/errors.ts';
import type { TriggerSource } from '../trigger-source.ts';
import { filesState } from './files-state.ts';

/** Hash of the names, sizes and times of the files as they were handled. */
interface HandledFiles {
  seen: string;
}

/** Files that kept their sizes and times for so long have been written to their end. */
const settleMilliseconds = 2000;
/** What was not looked at for so long is gone, or nobody waits for it any more. */
const forgottenMilliseconds = 10_000;

export interface FilesSource extends TriggerSource<'files', HandledFiles> {
  /** True while files have changed that may be written still. */
  readonly isSettling: boolean;
}

export interface FilesSourceParts {
  clock: Pick<Clock, 'monotonic'>;
  projectPath: string;
  /** Whether a folder outside the project may be looked into. */
  isTrusted(folder: string): boolean;
}

/** Changes of files: new ones, other ones, and such that are gone from a folder that is still there. */
export function filesSource({ clock, projectPath, isTrusted }: FilesSourceParts): FilesSource {
  /** Since when files are as they were last seen, and when that was; monotonic. */
  const changing = new Map<string, { seen: string; since: number; lookedAt: number }>();
  const stateOf = (path: string, pipeline?: string) => {
    if (!isAbsolute(path)) return filesState(projectPath, path);
    if (isTrusted(path)) return filesState(path, '**');
    const message = `Nobody on this machine has added a file${pipeline === undefined ? '' : ` of ${pipeline}`} that looks into ${path}, outside the project.`;
    throw new GalleyError('retrain.untrusted_folder', message, { details: { folder: path } });
  };
  return {
    get isSettling() {
      const now = clock.monotonic();
      return [...changing.values()].some(({ lookedAt }) => now - lookedAt < forgottenMilliseconds);
    },
    first: async ({ path }) => ({ seen: await stateOf(path) }),
    look: async ({ path }, handled, { id, name }) => {
      const key = `${id} ${path}`;
      const seen = await stateOf(path, name);
      if (seen === handled.seen) {
        changing.delete(key);
        return undefined;
      }
      const now = clock.monotonic();
      const before = changing.get(key);
      const since = before?.seen === seen ? before.since : now;
      if (now - since >= settleMilliseconds) {
        changing.delete(key);
        return { handled: { seen }, came: path };
      }
      changing.set(key, { seen, since, lookedAt: now });
      return undefined;
    },
  };
}

/** What of the file system a trigger looks at, for those who let the system tell of changes. */
export function watchedPlace(projectPath: string, path: string): string {
  return isAbsolute(path) ? path : join(projectPath, path);
}
