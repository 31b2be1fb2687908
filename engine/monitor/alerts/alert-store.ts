import { isoTime, isoTimeOrNull } from '../../base/clock.ts';
import {
  type Alert,
  type AlertCause,
  alertCauses,
  type Contribution,
  type PastAlert,
  severities,
} from '../../contract/monitor-alerts.ts';
import type { Database, SqlValue } from '../../store/database.ts';

/** One broken rule of an alert. Times are UTC epoch milliseconds of event time; `to` is exclusive. */
export interface Breach {
  rule: string;
  cause: AlertCause;
  severity: Alert['severity'];
  title: string;
  detail: string;
  lookAt: string;
  contributions: Contribution[];
  /** Of the first window in a row that is broken. */
  since: number;
  /** The newest window that is broken. */
  from: number;
  to: number;
}

/** An alert as it is kept: what was broken, the gravest first. */
export interface StoredAlert {
  id: string;
  deployment: string;
  deploymentId: string;
  version: number;
  state: Alert['state'];
  breaches: Breach[];
  raisedAt: number;
  snoozedUntil: number | null;
}

interface AlertRow {
  id: string;
  deployment: string;
  deployment_id: string;
  version: number;
  state: Alert['state'];
  breaches: string;
  raised_at: number;
  snoozed_until: number | null;
}

/** The gravest first; of two that are as grave, the one that comes first in the order of causes. */
export function byGravity(breaches: readonly Breach[]): Breach[] {
  return breaches.toSorted(
    (one, other) =>
      severities.indexOf(other.severity) - severities.indexOf(one.severity) ||
      alertCauses.indexOf(one.cause) - alertCauses.indexOf(other.cause) ||
      one.rule.localeCompare(other.rule),
  );
}

/** What lies behind all of them: the first in the order of causes. */
export function causeOf(breaches: readonly Breach[]): Breach {
  return breaches.toSorted(
    (one, other) => alertCauses.indexOf(one.cause) - alertCauses.indexOf(other.cause),
  )[0] as Breach;
}

/** An alert as the contract has it. */
export function alertView(alert: StoredAlert): Alert {
  return {
    id: alert.id,
    deployment: alert.deployment,
    version: alert.version,
    ...breachesView(alert.breaches),
    raisedAt: isoTime(alert.raisedAt),
    state: alert.state,
    snoozedUntil: isoTimeOrNull(alert.snoozedUntil),
  };
}

/** What would have been raised of a version, had it been judged then. @param breaches of one window, at least one */
export function pastAlert(
  { name, version }: { name: string; version: number },
  breaches: readonly Breach[],
): PastAlert {
  return { deployment: name, version, ...breachesView(byGravity(breaches)) };
}

/** @param breaches the gravest first */
function breachesView(breaches: readonly Breach[]): Omit<PastAlert, 'deployment' | 'version'> {
  const [gravest, ...others] = breaches as [Breach, ...Breach[]];
  const cause = causeOf(breaches);
  const { rule, severity, title, detail } = gravest;
  const before =
    cause.cause === gravest.cause
      ? ''
      : `Broken in the same time, and before it in the order of causes: ${cause.title}. `;
  return {
    rule,
    cause: cause.cause,
    severity,
    title,
    detail,
    eventTime: isoTime(gravest.from),
    since: isoTime(gravest.since),
    alsoBroken: others.map((breach) => breach.rule),
    contributions: gravest.contributions.length > 0 ? gravest.contributions : cause.contributions,
    lookAt: `${before}${cause.lookAt}`,
  };
}

/** The rows of `alerts`. */
export class AlertStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Newest first; of one deployment or of all. */
  list(deploymentId?: string): StoredAlert[] {
    return deploymentId === undefined
      ? this.#alerts('ORDER BY a.raised_at DESC, a.id DESC')
      : this.#alerts('WHERE a.deployment_id = ? ORDER BY a.raised_at DESC, a.id DESC', deploymentId);
  }

  /** Those that are not resolved. */
  unresolved(deploymentId: string): StoredAlert[] {
    const condition = "WHERE a.deployment_id = ? AND a.state <> 'resolved' ORDER BY a.raised_at DESC, a.id DESC";
    return this.#alerts(condition, deploymentId);
  }

  /** Those whose time of silence is over. */
  awoken(now: number): StoredAlert[] {
    return this.#alerts("WHERE a.state = 'snoozed' AND a.snoozed_until <= ?", now);
  }

  find(id: string): StoredAlert | undefined {
    return this.#alerts('WHERE a.id = ?', id)[0];
  }

  raise(alert: Pick<StoredAlert, 'id' | 'deploymentId' | 'version' | 'breaches' | 'raisedAt'>): void {
    this.#database.run(
      "INSERT INTO alerts (id, deployment_id, version, state, breaches, raised_at) VALUES (?, ?, ?, 'open', ?, ?)",
      alert.id,
      alert.deploymentId,
      alert.version,
      JSON.stringify(byGravity(alert.breaches)),
      alert.raisedAt,
    );
  }

  setBreaches(id: string, breaches: readonly Breach[]): void {
    this.#database.run('UPDATE alerts SET breaches = ? WHERE id = ?', JSON.stringify(byGravity(breaches)), id);
  }

  resolve(id: string, now: number): void {
    this.#database.run(
      "UPDATE alerts SET state = 'resolved', resolved_at = ?, snoozed_until = NULL WHERE id = ?",
      now,
      id,
    );
  }

  /** A resolved alert stays so. */
  setState(id: string, state: 'open' | 'acknowledged' | 'snoozed', snoozedUntil: number | null = null): void {
    this.#database.run(
      "UPDATE alerts SET state = ?, snoozed_until = ? WHERE id = ? AND state <> 'resolved'",
      state,
      snoozedUntil,
      id,
    );
  }

  #alerts(condition: string, ...values: SqlValue[]): StoredAlert[] {
    const sql = `SELECT a.*, d.name AS deployment FROM alerts a JOIN deployments d ON d.id = a.deployment_id ${condition}`;
    return this.#database.all<AlertRow>(sql, ...values).map((row) => ({
      id: row.id,
      deployment: row.deployment,
      deploymentId: row.deployment_id,
      version: row.version,
      state: row.state,
      breaches: JSON.parse(row.breaches),
      raisedAt: row.raised_at,
      snoozedUntil: row.snoozed_until,
    }));
  }
}
