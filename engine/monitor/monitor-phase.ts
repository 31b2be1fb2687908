import type { monitorCalls } from '../contract/monitor.ts';
import type { Alert } from '../contract/monitor-alerts.ts';
import type { Phase } from '../jobs/context.ts';
import type { PipelineNote } from './alerts/channels/message.ts';
import type { StandingAlert } from './alerts/standing-alerts.ts';
import type { LabelledRequests, LabelledWish } from './labelled-requests.ts';
import type { LabelsSince } from './new-labels.ts';

export type { PipelineNote };

/** The phase, and what pipelines and those who replay rows (the demo) ask besides. */
export interface MonitorPhase extends Phase<typeof monitorCalls> {
  /**
   * Tells a channel what a pipeline says, once.
   * @param id of the message, the same where the same is told again
   * @throws GalleyError `monitor.channel_not_found`, `monitor.not_told`
   */
  tell(channel: string, id: string, note: PipelineNote): Promise<void>;
  /**
   * Judges a range as one window that has just ended, and raises or resolves by it, as a check of the newest window does.
   * @param range UTC epoch milliseconds, the end left out
   * @returns alerts that were raised or became graver, and all that are not resolved
   */
  checkReplayed(
    deployment: string,
    range: { since: number; until: number },
  ): Promise<{ raised: Alert[]; open: Alert[] }>;
  /** Alerts of a deployment that are not resolved, with all that they are about. @throws GalleyError where there is no such deployment */
  standingAlerts(deployment: string): StandingAlert[];
  /**
   * How many answered rows have new labels, or fewer than are wanted; and the number of the last label of all.
   * @throws GalleyError where there is no such deployment
   */
  labelsAfter(deployment: string, since: LabelsSince, wanted: number): Promise<{ rows: number; last: number }>;
  /**
   * Labelled rows of a deployment's log.
   * @param path of a Parquet file that is made of them; null for none
   */
  labelledRequests(deploymentId: string, wish: LabelledWish, path: string | null): Promise<LabelledRequests>;
}
