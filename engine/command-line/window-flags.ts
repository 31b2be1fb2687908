import { windowUnits } from '../contract/monitor-windows.ts';
import { type Flags, timeFlag } from './command.ts';

const text = { type: 'string' } as const;

/** Which time of a deployment is looked at, and in windows of which length. */
export const windowFlags = { since: text, until: text, window: text } as const;
export const windowUsage = `[--since T] [--until T] [--window ${windowUnits.join('|')}]`;

export function windowInput(flags: Flags): Record<string, unknown> {
  return { since: timeFlag(flags, 'since'), until: timeFlag(flags, 'until'), window: flags.window };
}
