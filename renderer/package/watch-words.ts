import type { WatchedFolder } from '../../engine/contract/deploy-watches.ts';
import { inWindow } from '../client/window-hints.ts';
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

/** Why no file can be scored, or else which one could not, why, and what to do. */
export function watchFault({ message, lastError }: WatchedFolder): string | undefined {
  return message ?? (lastError === null ? undefined : fileFault(lastError));
}

function fileFault({ file, code, message, hint }: NonNullable<WatchedFolder['lastError']>): string {
  const words = [message, inWindow({ code, hint }).hint].filter((text) => text !== '').join(' ');
  return message.includes(file) ? words : `${file}: ${words}`;
}
