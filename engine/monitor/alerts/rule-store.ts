import type { QuietHours, Rule, RuleWindow, Severity } from '../../contract/monitor-alerts.ts';
import type { Database, SqlValue } from '../../store/database.ts';
import type { Comparison } from './rule-metric.ts';

/** A rule as it is kept. Of a built-in rule the bound and the comparison are null where those of the version hold. */
export interface StoredRule {
  name: string;
  metric: string;
  window: RuleWindow;
  comparison: Comparison | null;
  bound: number | null;
  forWindows: number;
  hysteresis: number;
  severity: Severity;
  quietHours: QuietHours | null;
  isOn: boolean;
  channels: string[];
  retrain: boolean;
}

export type RuleChange = Partial<Omit<Rule, 'name' | 'deployment' | 'isBuiltIn'>>;

export const performanceRule = 'performance';
export const driftRule = 'drift';

const newRule: Omit<StoredRule, 'name' | 'metric'> = {
  window: 'automatic',
  comparison: null,
  bound: null,
  forWindows: 1,
  hysteresis: 0,
  severity: 'warning',
  quietHours: null,
  isOn: true,
  channels: [],
  retrain: false,
};

/** The rules that every deployment has, as they are until somebody changes them. */
const builtIn: Record<string, StoredRule> = {
  [performanceRule]: { ...newRule, name: performanceRule, metric: 'performance', severity: 'bad' },
  [driftRule]: { ...newRule, name: driftRule, metric: 'drift_share', comparison: 'above' },
};

export function isBuiltIn(name: string): boolean {
  return Object.hasOwn(builtIn, name);
}

interface RuleRow {
  name: string;
  metric: string;
  window: RuleWindow;
  comparison: Comparison | null;
  bound: number | null;
  for_windows: number;
  hysteresis: number;
  severity: Severity;
  quiet_hours: string | null;
  is_on: number;
  channels: string;
  retrain: number;
}

/** The rows of `alert_rules`. */
export class RuleStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The built-in rules first, as they are now, then those of the user by name. */
  list(deploymentId: string): StoredRule[] {
    const kept = this.#rules('WHERE deployment_id = ? ORDER BY name', deploymentId);
    const first = Object.values(builtIn).map((rule) => kept.find(({ name }) => name === rule.name) ?? rule);
    return [...first, ...kept.filter(({ name }) => !isBuiltIn(name))];
  }

  /** A rule that somebody has set; undefined for a built-in rule that is as it was. */
  find(deploymentId: string, name: string): StoredRule | undefined {
    return this.#rules('WHERE deployment_id = ? AND name = ?', deploymentId, name)[0];
  }

  /** Changes what is given of a rule; one that is not there yet begins with the defaults. */
  change(deploymentId: string, name: string, changes: RuleChange): StoredRule {
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const before = this.find(deploymentId, name) ?? builtIn[name] ?? { ...newRule, name, metric: '' };
    const rule: StoredRule = { ...before, ...given };
    this.#database.run(
      `INSERT OR REPLACE INTO alert_rules (deployment_id, name, metric, window, comparison, bound, for_windows, hysteresis,
         severity, quiet_hours, is_on, channels, retrain) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      deploymentId,
      name,
      rule.metric,
      rule.window,
      rule.comparison,
      rule.bound,
      rule.forWindows,
      rule.hysteresis,
      rule.severity,
      rule.quietHours && JSON.stringify(rule.quietHours),
      Number(rule.isOn),
      JSON.stringify(rule.channels),
      Number(rule.retrain),
    );
    return rule;
  }

  remove(deploymentId: string, name: string): boolean {
    const sql = 'DELETE FROM alert_rules WHERE deployment_id = ? AND name = ?';
    return this.#database.run(sql, deploymentId, name) > 0;
  }

  /** Rules no longer tell on a channel that is gone. */
  forgetChannel(channel: string): void {
    this.#database.run(
      `UPDATE alert_rules SET channels = (SELECT json_group_array(value) FROM json_each(channels) WHERE value <> ?)
       WHERE EXISTS (SELECT 1 FROM json_each(channels) WHERE value = ?)`,
      channel,
      channel,
    );
  }

  #rules(condition: string, ...values: SqlValue[]): StoredRule[] {
    return this.#database.all<RuleRow>(`SELECT * FROM alert_rules ${condition}`, ...values).map(toRule);
  }
}

function toRule(row: RuleRow): StoredRule {
  const { name, metric, window, comparison, severity, hysteresis } = row;
  return {
    name,
    metric,
    window,
    comparison: comparison ?? builtIn[name]?.comparison ?? null,
    bound: row.bound,
    forWindows: row.for_windows,
    hysteresis,
    severity,
    quietHours: row.quiet_hours === null ? null : JSON.parse(row.quiet_hours),
    isOn: row.is_on === 1,
    channels: JSON.parse(row.channels),
    retrain: row.retrain === 1,
  };
}
