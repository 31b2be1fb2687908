import { type RollbackBounds, type Traffic, undividedTraffic } from '../contract/traffic.ts';
import type { Database } from '../store/database.ts';

interface TrafficRow {
  canary_version: number | null;
  canary_percent: number | null;
  shadow_version: number | null;
  bounds: string | null;
}

/** The rows of `deployment_traffic`. */
export class TrafficStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  of(deploymentId: string): Traffic {
    const row = this.#database.get<TrafficRow>(
      'SELECT canary_version, canary_percent, shadow_version, bounds FROM deployment_traffic WHERE deployment_id = ?',
      deploymentId,
    );
    if (!row) return undividedTraffic;
    const { canary_version: version, canary_percent: percent, shadow_version: shadow, bounds } = row;
    return {
      canary: version === null ? null : { version, percent: percent ?? 0 },
      shadow,
      bounds: bounds === null ? null : (JSON.parse(bounds) as RollbackBounds),
    };
  }

  save(deploymentId: string, { canary, shadow, bounds }: Traffic): void {
    this.#database.run(
      `INSERT INTO deployment_traffic (deployment_id, canary_version, canary_percent, shadow_version, bounds)
       VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (deployment_id) DO UPDATE SET canary_version = excluded.canary_version,
         canary_percent = excluded.canary_percent, shadow_version = excluded.shadow_version, bounds = excluded.bounds`,
      deploymentId,
      canary?.version ?? null,
      canary?.percent ?? null,
      shadow,
      bounds === null ? null : JSON.stringify(bounds),
    );
  }

  /** A version that is active now is neither canary nor shadow any more. */
  activated(deploymentId: string, version: number): void {
    const traffic = this.of(deploymentId);
    if (traffic.canary?.version !== version && traffic.shadow !== version) return;
    this.save(deploymentId, {
      ...traffic,
      canary: traffic.canary?.version === version ? null : traffic.canary,
      shadow: traffic.shadow === version ? null : traffic.shadow,
    });
  }
}
