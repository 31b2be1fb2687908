import { type Clock, hourMilliseconds } from '../../base/clock.ts';
import { GalleyError } from '../../base/errors.ts';
import type { LightReason, WatchedDeployment } from '../../contract/monitor-overview.ts';
import type { Light } from '../../contract/monitor-quality.ts';
import type { DeploymentSpec, DeployPhase } from '../../deploy/index.ts';
import type { Database } from '../../store/database.ts';
import { alertView } from '../alerts/alert-store.ts';
import type { LabelStore } from '../label-store.ts';
import type { ProfileStore } from '../profiles/profile-store.ts';
import { freshnessCheck, volumeCheck } from '../quality/arrival-checks.ts';
import type { MonitorStore } from '../store.ts';
import type { SampleStore } from '../system/sample-store.ts';
import { objectiveOf } from '../system/system-report.ts';
import { type FindingSources, type Findings, findOut, qualityReason } from './findings.ts';
import { systemReasons } from './system-reasons.ts';

export interface OverviewSources extends FindingSources {
  database: Database;
  clock: Clock;
  deploy: Pick<DeployPhase, 'collect' | 'list' | 'logParts' | 'serverState'>;
  samples: SampleStore;
  store: MonitorStore;
  labels: Pick<LabelStore, 'revision'>;
  profiles: Pick<ProfileStore, 'documents'>;
  /** Told when more is known of a deployment. */
  found(deployment: string): void;
}

const order: readonly Light[] = ['bad', 'warning', 'good', 'unknown'];

/**
 * All deployments with a light each. What takes long is found out in the background and kept with the project, so that the
 * overview opens at once however many rows there are; what is quick, as the state of a server, is of now.
 */
export class Overview {
  readonly #sources: OverviewSources;
  readonly #finding = new Map<string, Promise<void>>();
  #turn: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(sources: OverviewSources) {
    this.#sources = sources;
  }

  /** The worst first. What has changed is found out meanwhile. */
  list(): WatchedDeployment[] {
    const deployments = this.#sources.deploy.list().flatMap((spec) => [this.#watched(spec), ...this.#elsewhere(spec)]);
    return deployments.sort(
      (one, other) =>
        order.indexOf(one.light) - order.indexOf(other.light) || one.deployment.localeCompare(other.deployment),
    );
  }

  /** Finds out what has changed of all deployments; resolves when that is known. */
  async refresh(): Promise<void> {
    await Promise.all(this.#sources.deploy.list().map((spec) => this.#find(spec)));
  }

  /** Finds nothing out any more; resolves when nothing is being found out. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#turn;
  }

  #watched(spec: DeploymentSpec): WatchedDeployment {
    const { clock, deploy, store } = this.#sources;
    const state = this.#state(spec);
    const kept = this.#kept(spec.id);
    if (kept?.state !== state) void this.#find(spec);
    const known = kept?.version === spec.version ? kept : null;
    const { status } = deploy.serverState(spec.id);
    const now = clock.now();
    const open = store.alerts
      .list(spec.id)
      .map(alertView)
      .filter(({ state }) => state === 'open' || state === 'acknowledged');
    const reasons: LightReason[] = [
      ...systemReasons(this.#serverFacts(spec, now)),
      ...(kept ? trafficReasons(kept, now, status === 'running') : []),
      ...(known?.reasons ?? [{ light: 'unknown', about: 'quality', says: 'Its rows are being looked at.' } as const]),
      ...open.slice(0, 1).map(
        ({ severity, title }): LightReason => ({
          light: severity === 'bad' ? 'bad' : 'warning',
          about: 'alert',
          says: open.length === 1 ? `${title}.` : `${title}, and ${open.length - 1} more alerts.`,
        }),
      ),
    ];
    reasons.sort((one, other) => order.indexOf(one.light) - order.indexOf(other.light));
    return {
      deployment: spec.name,
      model: spec.model,
      version: spec.version,
      server: null,
      state: status,
      light: spec.wanted === 'stopped' ? 'unknown' : (reasons[0]?.light ?? 'unknown'),
      reasons,
      rows: kept?.rows ?? 0,
      lastEventTime: kept?.lastEventTime ?? null,
      recent: kept?.recent ?? [],
      metric: known?.metric ?? null,
      openAlerts: open.length,
    };
  }

  /** Servers elsewhere whose profiles stand on the time axis of a deployment. */
  #elsewhere(spec: DeploymentSpec): WatchedDeployment[] {
    return (this.#kept(spec.id)?.elsewhere ?? []).map((server) => {
      const reasons = server.reasons.toSorted((one, other) => order.indexOf(one.light) - order.indexOf(other.light));
      const light = reasons[0]?.light ?? 'unknown';
      const here = { deployment: spec.name, model: spec.model, metric: null, openAlerts: 0 };
      return { ...here, ...server, state: 'elsewhere', light, reasons };
    });
  }

  #serverFacts(spec: DeploymentSpec, now: number) {
    const { deploy, samples } = this.#sources;
    const { status, error } = deploy.serverState(spec.id);
    const { requests, failed, saturatedSpans } = samples.totals(spec.id, now - hourMilliseconds, now);
    const objective = objectiveOf(samples, spec.id, now);
    return { wanted: spec.wanted, status, error, requests, failed, saturatedMinutes: saturatedSpans, objective };
  }

  /** What findings rest on: a deployment of the same state has the same ones. */
  #state(spec: DeploymentSpec): string {
    const { deploy, labels, profiles, store } = this.#sources;
    const parts = deploy.logParts(spec.id, null, null);
    const rows = parts.reduce((sum, part) => sum + part.rows, 0);
    const last = parts.reduce((latest, { lastReceivedAt }) => Math.max(latest, lastReceivedAt), 0);
    const brought = profiles.documents(spec.id).map(({ source, importedAt }) => [source, importedAt]);
    return JSON.stringify([spec.version, rows, last, labels.revision, store.limits(spec.id), brought]);
  }

  #kept(id: string): Findings | null {
    const { database } = this.#sources;
    const row = database.get<{ findings: string }>('SELECT findings FROM overviews WHERE deployment_id = ?', id);
    return row ? (JSON.parse(row.findings) as Findings) : null;
  }

  /** One deployment after the other, each once at a time. */
  #find(spec: DeploymentSpec): Promise<void> {
    const running = this.#finding.get(spec.id);
    if (running) return running;
    const found = this.#turn
      .then(() => this.#findOut(spec))
      .catch((error) => console.error(error))
      .finally(() => this.#finding.delete(spec.id));
    this.#finding.set(spec.id, found);
    this.#turn = found;
    return found;
  }

  async #findOut(spec: DeploymentSpec): Promise<void> {
    if (this.#isStopped) return;
    await this.#sources.deploy.collect(spec.id);
    const state = this.#state(spec);
    if (this.#kept(spec.id)?.state === state) return;
    const findings = await findOut(this.#sources, spec, state).catch((error) => nothingFound(spec, state, error));
    this.#sources.database.run(
      'INSERT OR REPLACE INTO overviews (deployment_id, findings) VALUES (?, ?)',
      spec.id,
      JSON.stringify(findings),
    );
    this.#sources.found(spec.name);
  }
}

/** Something of the version is gone, as the rows that it was trained on. @throws what is a bug */
function nothingFound({ version }: DeploymentSpec, state: string, error: unknown): Findings {
  if (!(error instanceof GalleyError) || error.kind === 'internal') throw error;
  const reasons = [{ light: 'unknown', about: 'quality', says: error.message } as const];
  const none = { rows: 0, lastEventTime: null, recent: [], metric: null, days: [], elsewhere: [] };
  return { state, version, ...none, reasons, pauses: { last: null, usual: null } };
}

function trafficReasons({ pauses, days }: Findings, now: number, isRunning: boolean): LightReason[] {
  const checks = [freshnessCheck(pauses, now, isRunning), volumeCheck({ days }, now)];
  return checks.filter(({ light }) => light !== 'unknown').map(qualityReason);
}
