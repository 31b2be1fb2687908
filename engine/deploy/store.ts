import type { Deployment } from '../contract/deploy.ts';
import type { DeploymentSettings } from '../contract/deploy-settings.ts';
import type { Database, SqlValue } from '../store/database.ts';

/** What is wanted of a deployment. */
export interface DeploymentSpec {
  id: string;
  name: string;
  model: string;
  /** The alias it follows, null where a version is pinned. */
  follows: string | null;
  version: number;
  wanted: Deployment['wanted'];
  /** The port that it should have, null until it first had one. */
  port: number | null;
  /** What of marked columns goes into the prediction log, null for all of it. */
  logMask: 'drop' | 'hash' | null;
  settings: DeploymentSettings;
  /** UTC epoch milliseconds. */
  createdAt: number;
}

/** A version that went live, or that answers some callers from then on. */
export interface Release {
  version: number;
  kind: 'release' | 'rollback' | 'traffic';
  /** UTC epoch milliseconds. */
  at: number;
  reason: string;
}

interface DeploymentRow extends Omit<DeploymentSpec, 'createdAt' | 'logMask' | 'settings'> {
  settings: string;
  log_mask: DeploymentSpec['logMask'];
  created_at: number;
}

function toSpec({ created_at, log_mask, settings, ...row }: DeploymentRow): DeploymentSpec {
  return { ...row, logMask: log_mask, settings: JSON.parse(settings), createdAt: created_at };
}

/** The rows of `deployments` and `releases`. */
export class DeploymentStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  list(): DeploymentSpec[] {
    return this.#rows('ORDER BY created_at, id');
  }

  /** By name or id. */
  find(nameOrId: string): DeploymentSpec | undefined {
    return this.#rows('WHERE name = ? OR id = ?', nameOrId, nameOrId)[0];
  }

  followers(model: string, alias: string): DeploymentSpec[] {
    return this.#rows('WHERE model = ? AND follows = ? ORDER BY id', model, alias);
  }

  /** Writes a deployment as a whole; the one of that id is changed. */
  save(spec: DeploymentSpec): void {
    this.#database.run(
      `INSERT INTO deployments (id, name, model, follows, version, wanted, port, log_mask, settings, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET follows = excluded.follows, version = excluded.version,
         wanted = excluded.wanted, port = excluded.port, log_mask = excluded.log_mask,
         settings = excluded.settings`,
      spec.id,
      spec.name,
      spec.model,
      spec.follows,
      spec.version,
      spec.wanted,
      spec.port,
      spec.logMask,
      JSON.stringify(spec.settings),
      spec.createdAt,
    );
  }

  setVersion(id: string, version: number): void {
    this.#database.run('UPDATE deployments SET version = ? WHERE id = ?', version, id);
  }

  setFollows(id: string, follows: string | null): void {
    this.#database.run('UPDATE deployments SET follows = ? WHERE id = ?', follows, id);
  }

  setWanted(id: string, wanted: DeploymentSpec['wanted']): void {
    this.#database.run('UPDATE deployments SET wanted = ? WHERE id = ?', wanted, id);
  }

  setLogMask(id: string, logMask: DeploymentSpec['logMask']): void {
    this.#database.run('UPDATE deployments SET log_mask = ? WHERE id = ?', logMask, id);
  }

  setSettings(id: string, settings: DeploymentSettings): void {
    this.#database.run('UPDATE deployments SET settings = ? WHERE id = ?', JSON.stringify(settings), id);
  }

  setPort(id: string, port: number | null): void {
    this.#database.run('UPDATE deployments SET port = ? WHERE id = ?', port, id);
  }

  /** Keeps the first port that a deployment got, so that its address stays. */
  keepPort(id: string, port: number): void {
    this.#database.run('UPDATE deployments SET port = ? WHERE id = ? AND port IS NULL', port, id);
  }

  addRelease(deploymentId: string, { version, kind, at, reason }: Release): void {
    this.#database.run(
      'INSERT INTO releases (deployment_id, version, kind, at, reason) VALUES (?, ?, ?, ?, ?)',
      deploymentId,
      version,
      kind,
      at,
      reason,
    );
  }

  /** Oldest first. */
  releases(deploymentId: string): Release[] {
    return this.#database.all<Release>(
      'SELECT version, kind, at, reason FROM releases WHERE deployment_id = ? ORDER BY id',
      deploymentId,
    );
  }

  #rows(condition: string, ...values: SqlValue[]): DeploymentSpec[] {
    const columns = 'id, name, model, follows, version, wanted, port, log_mask, settings, created_at';
    return this.#database.all<DeploymentRow>(`SELECT ${columns} FROM deployments ${condition}`, ...values).map(toSpec);
  }
}
