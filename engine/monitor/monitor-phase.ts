import type { monitorCalls } from '../contract/monitor.ts';
import type { Alert } from '../contract/monitor-alerts.ts';
import type { Phase } from '../jobs/context.ts';

/** The phase, and what those who replay rows (the demo) ask besides. */
export interface MonitorPhase extends Phase<typeof monitorCalls> {
  /**
   * Judges a range as one window that has just ended, and raises or resolves by it, as a check of the newest window does.
   * @param range UTC epoch milliseconds, the end left out
   * @returns alerts that were raised or became graver, and all that are not resolved
   */
  checkReplayed(
    deployment: string,
    range: { since: number; until: number },
  ): Promise<{ raised: Alert[]; open: Alert[] }>;
}
