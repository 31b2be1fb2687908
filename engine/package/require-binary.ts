import { GalleyError } from '../base/errors.ts';
import type { StoredRun } from '../train/index.ts';

/** For what has a threshold. @throws GalleyError `package.no_threshold` */
export function requireBinary({ task, target }: Pick<StoredRun['recipe'], 'task' | 'target'>): void {
  if (task === 'binary') return;
  throw new GalleyError('package.no_threshold', `A ${task} such as that of "${target}" has no threshold.`, {
    details: { task, target },
  });
}
