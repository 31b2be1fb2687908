import { isoTime } from '../base/clock.ts';
import type { Alert, Limits } from '../contract/monitor.ts';
import type { Database, SqlValue } from '../store/database.ts';

/** What a user has set; null where the default holds. */
export interface StoredLimits {
  bound: number | null;
  driftShare: number | null;
  minimumRows: number | null;
  retrain: boolean | null;
}

/** An alert with the version that it is about. */
export interface StoredAlert extends Alert {
  version: number;
}

/** An alert before it is raised. `eventTime` is in UTC epoch milliseconds. */
export interface NewAlert extends Pick<StoredAlert, 'id' | 'rule' | 'severity' | 'version' | 'title' | 'detail'> {
  deploymentId: string;
  eventTime: number;
}

interface LimitsRow {
  bound: number | null;
  drift_share: number | null;
  minimum_rows: number | null;
  retrain: number | null;
}

interface AlertRow {
  id: string;
  deployment: string;
  rule: Alert['rule'];
  severity: Alert['severity'];
  version: number;
  title: string;
  detail: string;
  event_time: number;
  raised_at: number;
  state: Alert['state'];
}

const alertSource = 'alerts a JOIN deployments d ON d.id = a.deployment_id';
const alertColumns =
  'a.id, d.name AS deployment, a.rule, a.severity, a.version, a.title, a.detail, a.event_time, a.raised_at, a.state';

function toAlert({ event_time, raised_at, ...row }: AlertRow): StoredAlert {
  return { ...row, eventTime: isoTime(event_time), raisedAt: isoTime(raised_at) };
}

/** An alert as the contract has it. */
export function alertView({ version: _, ...alert }: StoredAlert): Alert {
  return alert;
}

/** The rows of `limits` and `alerts`. */
export class MonitorStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  limits(deploymentId: string): StoredLimits {
    const row = this.#database.get<LimitsRow>(
      'SELECT bound, drift_share, minimum_rows, retrain FROM limits WHERE deployment_id = ?',
      deploymentId,
    );
    return {
      bound: row?.bound ?? null,
      driftShare: row?.drift_share ?? null,
      minimumRows: row?.minimum_rows ?? null,
      retrain: row?.retrain === undefined || row.retrain === null ? null : row.retrain === 1,
    };
  }

  /** Sets the limits that are given; the others stay. */
  setLimits(deploymentId: string, limits: Partial<Omit<Limits, 'metric' | 'lowerIsBetter'>>): void {
    const { bound, driftShare, minimumRows, retrain } = limits;
    this.#database.run(
      `INSERT INTO limits (deployment_id, bound, drift_share, minimum_rows, retrain) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (deployment_id) DO UPDATE SET bound = coalesce(excluded.bound, bound),
         drift_share = coalesce(excluded.drift_share, drift_share),
         minimum_rows = coalesce(excluded.minimum_rows, minimum_rows),
         retrain = coalesce(excluded.retrain, retrain)`,
      deploymentId,
      bound ?? null,
      driftShare ?? null,
      minimumRows ?? null,
      retrain === undefined ? null : Number(retrain),
    );
  }

  /** Newest first; of one deployment or of all. */
  alerts(deploymentId?: string): StoredAlert[] {
    return deploymentId === undefined
      ? this.#alerts('ORDER BY a.raised_at DESC, a.id DESC')
      : this.#alerts('WHERE a.deployment_id = ? ORDER BY a.raised_at DESC, a.id DESC', deploymentId);
  }

  alert(id: string): StoredAlert | undefined {
    return this.#alerts('WHERE a.id = ?', id)[0];
  }

  raise(alert: NewAlert, now: number): void {
    this.#database.run(
      `INSERT INTO alerts (id, deployment_id, rule, severity, version, title, detail, event_time, raised_at, state)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'open')`,
      alert.id,
      alert.deploymentId,
      alert.rule,
      alert.severity,
      alert.version,
      alert.title,
      alert.detail,
      alert.eventTime,
      now,
    );
  }

  resolve(id: string, now: number): void {
    this.#database.run("UPDATE alerts SET state = 'resolved', resolved_at = ? WHERE id = ?", now, id);
  }

  /** Only what is open can be acknowledged; a resolved alert stays so. */
  acknowledge(id: string): void {
    this.#database.run("UPDATE alerts SET state = 'acknowledged' WHERE id = ? AND state = 'open'", id);
  }

  #alerts(condition: string, ...values: SqlValue[]): StoredAlert[] {
    return this.#database
      .all<AlertRow>(`SELECT ${alertColumns} FROM ${alertSource} ${condition}`, ...values)
      .map(toAlert);
  }
}
