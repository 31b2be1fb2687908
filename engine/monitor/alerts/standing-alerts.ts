import type { AlertSubject } from '../../contract/retrain-triggers.ts';
import type { AlertStore, Breach } from './alert-store.ts';
import type { RuleStore } from './rule-store.ts';

/** An alert that is not resolved, and all that it is about. */
export interface StandingAlert {
  id: string;
  title: string;
  subjects: AlertSubject[];
}

/** Alerts of a deployment that are not resolved, newest first. */
export function standingAlerts(alerts: AlertStore, rules: RuleStore, deploymentId: string): StandingAlert[] {
  const metrics = new Map(rules.list(deploymentId).map(({ name, metric }) => [name, metric]));
  const subjectOf = ({ rule, cause }: Breach): AlertSubject =>
    metrics.get(rule)?.startsWith('fairness.') ? 'fairness' : cause;
  return alerts.unresolved(deploymentId).map(({ id, breaches }) => ({
    id,
    title: breaches[0]?.title ?? '',
    subjects: [...new Set(breaches.map(subjectOf))],
  }));
}
