import { type Rule, severities } from '../../contract/monitor-alerts.ts';
import type { DeploymentSpec } from '../../deploy/index.ts';
import type { EngineContext } from '../../jobs/context.ts';
import { type AlertStore, type Breach, byGravity, type StoredAlert } from './alert-store.ts';
import type { Verdict } from './judge.ts';
import type { Tellings } from './tellings.ts';

/** What a check found of a rule; the breach of one that is newly broken. */
export interface Finding {
  rule: Rule;
  verdict: Verdict;
  breach: Breach | null;
}

interface Raising {
  context: Pick<EngineContext, 'database' | 'clock' | 'newId'>;
  alerts: AlertStore;
  tellings: Tellings;
}

/**
 * Raises, joins and resolves alerts, all at once. A broken rule joins the alert of the same version whose time overlaps
 * its own; one that is graver than all of that alert makes it be told again, another one only tells where that alert was
 * not told yet. A rule that is kept again, switched off or
 * removed leaves its alert, and so does all of another version; an alert that all have left is resolved.
 * @returns ids of alerts that were raised or became graver
 */
export function raiseAlerts(
  { context, alerts, tellings }: Raising,
  spec: DeploymentSpec,
  rules: readonly Rule[],
  findings: readonly Finding[],
): string[] {
  const now = context.clock.now();
  return context.database.transaction(() => {
    for (const alert of alerts.unresolved(spec.id)) leave(alert);
    const told = new Set<string>();
    for (const breach of byGravity(freshBreaches())) told.add(place(breach));
    told.delete('');
    for (const id of told) tellings.tell(alerts.find(id) as StoredAlert, rules, now);
    return [...told];
  });

  /** The rules that are no longer broken leave; of the others the newest window counts. */
  function leave(alert: StoredAlert): void {
    const standing = alert.breaches.filter(({ rule: name }) => {
      const rule = rules.find((candidate) => candidate.name === name);
      const verdict = findings.find((finding) => finding.rule.name === name)?.verdict;
      return rule?.isOn && (verdict === undefined || (alert.version === spec.version && !verdict.recovered));
    });
    if (standing.length === 0) {
      alerts.resolve(alert.id, now);
      tellings.tellResolved(alert, rules, now);
      return;
    }
    const extended = standing.map((breach) => {
      const window = findings.find(({ rule }) => rule.name === breach.rule)?.verdict.broken?.window;
      return window ? { ...breach, to: Math.max(breach.to, window.to) } : breach;
    });
    alerts.setBreaches(alert.id, extended);
  }

  function freshBreaches(): Breach[] {
    const standing = new Set(ofVersion().flatMap(({ breaches }) => breaches.map(({ rule }) => rule)));
    return findings.flatMap(({ breach }) => (breach && !standing.has(breach.rule) ? [breach] : []));
  }

  function ofVersion(): StoredAlert[] {
    return alerts.unresolved(spec.id).filter(({ version }) => version === spec.version);
  }

  /** @returns the id of the alert that must be told, empty where it need not be */
  function place(breach: Breach): string {
    const host = ofVersion().find(({ breaches }) => breaches.some((other) => overlap(breach, other)));
    if (!host) {
      const id = context.newId('alert');
      alerts.raise({ id, deploymentId: spec.id, version: spec.version, breaches: [breach], raisedAt: now });
      return id;
    }
    alerts.setBreaches(host.id, [...host.breaches, breach]);
    const [gravest] = host.breaches as [Breach];
    if (severities.indexOf(breach.severity) <= severities.indexOf(gravest.severity)) {
      tellings.join(host, breach.rule, rules, now);
      return '';
    }
    alerts.setState(host.id, 'open');
    return host.id;
  }
}

function overlap(one: Breach, other: Breach): boolean {
  return one.since < other.to && other.since < one.to;
}
