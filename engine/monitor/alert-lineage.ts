import type { DescendantSource } from '../package/index.ts';
import { type AlertStore, alertView, type StoredAlert } from './alerts/alert-store.ts';

/** So many of the latest alerts are drawn of a deployment. */
const mostAlerts = 30;

/** Alerts that were raised of what a deployment answered, the latest first. */
export function alertsOf(store: AlertStore): DescendantSource {
  return ({ kind, id }) => {
    if (kind !== 'deployment') return [];
    const alerts = store.list(id.slice('deployment:'.length)).slice(0, mostAlerts);
    return alerts.map((alert) => ({ node: describeAlert(alert), label: `version ${alert.version}` }));
  };
}

function describeAlert(alert: StoredAlert) {
  const { id, title, state, raisedAt, deployment, version } = alertView(alert);
  const lines = [state, raisedAt.slice(0, 10)];
  return { id: `alert:${id}`, kind: 'alert' as const, title, lines, name: deployment, version };
}
