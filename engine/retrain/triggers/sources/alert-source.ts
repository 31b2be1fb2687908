import { type AlertSubject, alertSubjects } from '../../../contract/retrain-triggers.ts';
import type { MonitorPhase } from '../../../monitor/index.ts';
import type { TriggerSource } from '../trigger-source.ts';

/** What of the unresolved alerts was handled: `ALERT SUBJECT`. */
interface HandledAlerts {
  alerts: string[];
}

/** Alerts of a deployment that are raised, or become about something more. */
export function alertSource(monitor: Pick<MonitorPhase, 'standingAlerts'>): TriggerSource<'alert', HandledAlerts> {
  const standing = (deployment: string, about: readonly AlertSubject[] = alertSubjects) =>
    monitor
      .standingAlerts(deployment)
      .flatMap(({ id, title, subjects }) =>
        subjects
          .filter((subject) => about.includes(subject))
          .map((subject) => ({ key: `${id} ${subject}`, title, subject })),
      );
  return {
    first: async ({ deployment, about }) => ({ alerts: standing(deployment, about).map(({ key }) => key) }),
    look: async ({ deployment, about }, before) => {
      const found = standing(deployment, about);
      const alerts = found.map(({ key }) => key);
      const fresh = found.find(({ key }) => !before.alerts.includes(key));
      if (fresh) return { handled: { alerts }, came: fresh.title };
      return alerts.length === before.alerts.length ? undefined : { handled: { alerts } };
    },
  };
}
