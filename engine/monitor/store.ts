import type { Limits } from '../contract/monitor.ts';
import type { Database } from '../store/database.ts';
import { AlertStore } from './alerts/alert-store.ts';
import { driftRule, performanceRule, RuleStore } from './alerts/rule-store.ts';

/** What a user has set; null where the default holds. */
export interface StoredLimits {
  bound: number | null;
  driftShare: number | null;
  minimumRows: number | null;
  retrain: boolean | null;
}

/** The limits of deployments: bounds of the two rules that every deployment has, and the rows of `limits`. */
export class MonitorStore {
  readonly alerts: AlertStore;
  readonly #database: Database;
  readonly #rules: RuleStore;

  constructor(database: Database) {
    this.#database = database;
    this.#rules = new RuleStore(database);
    this.alerts = new AlertStore(database);
  }

  limits(deploymentId: string): StoredLimits {
    const row = this.#database.get<{ minimum_rows: number | null }>(
      'SELECT minimum_rows FROM limits WHERE deployment_id = ?',
      deploymentId,
    );
    const [performance, drift] = [performanceRule, driftRule].map((name) => this.#rules.find(deploymentId, name));
    return {
      bound: performance?.bound ?? null,
      driftShare: drift?.bound ?? null,
      minimumRows: row?.minimum_rows ?? null,
      retrain: performance || drift ? Boolean(performance?.retrain || drift?.retrain) : null,
    };
  }

  /** Sets the limits that are given; the others stay. */
  setLimits(deploymentId: string, limits: Partial<Omit<Limits, 'metric' | 'lowerIsBetter'>>): void {
    const { bound, driftShare, minimumRows, retrain } = limits;
    this.#database.transaction(() => {
      if (bound !== undefined || retrain !== undefined) {
        this.#rules.change(deploymentId, performanceRule, { bound, retrain });
      }
      if (driftShare !== undefined || retrain !== undefined) {
        this.#rules.change(deploymentId, driftRule, { bound: driftShare, retrain });
      }
      if (minimumRows === undefined) return;
      this.#database.run(
        `INSERT INTO limits (deployment_id, minimum_rows) VALUES (?, ?)
         ON CONFLICT (deployment_id) DO UPDATE SET minimum_rows = excluded.minimum_rows`,
        deploymentId,
        minimumRows,
      );
    });
  }
}
