import type { WatchedFolder } from '../../engine/contract/deploy-watches.ts';
import { formatCount, formatQuantity } from '../ui/format.ts';
import type { StateTone } from '../ui/state-tone.ts';

export const watchTones: Record<WatchedFolder['state'], StateTone> = {
  watching: 'good',
  settling: 'information',
  scoring: 'information',
  failed: 'bad',
  stopped: 'idle',
};

export function watchCounts({ scored, failed }: WatchedFolder): string {
  const done = `${formatQuantity(scored, 'file')} scored`;
  return failed === 0 ? done : `${done}, ${formatCount(failed)} failed`;
}

/** Why no file can be scored, or else the last one could not. */
export function watchFault({ message, lastError }: WatchedFolder): string | undefined {
  return message ?? lastError?.message;
}
