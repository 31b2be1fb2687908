import { join } from 'node:path';
import { isoTime } from '../base/clock.ts';
import type { Deployment } from '../contract/deploy.ts';
import { wholeSettings } from '../contract/deploy-settings.ts';
import type { ServingStatus } from '../contract/serving.ts';
import type { EngineContext } from '../jobs/context.ts';
import type { Breached, ServingClient } from '../serving/serving-client.ts';
import { BoundedLog } from './bounded-log.ts';
import type { DeploymentStreams } from './deployment-streams.ts';
import type { DeploymentKeys } from './keys.ts';
import type { LabelSegments } from './label-segments.ts';
import { liveSettings } from './live-settings.ts';
import type { PredictionLogs } from './prediction-logs.ts';
import { type BackOff, type ServerState, ServerSupervisor } from './server-supervisor.ts';
import type { DeploymentSpec, DeploymentStore } from './store.ts';
import type { TrafficStore } from './traffic-store.ts';
import type { ModelVersions } from './versions.ts';

export interface FleetOptions {
  context: EngineContext;
  store: DeploymentStore;
  traffic: TrafficStore;
  versions: ModelVersions;
  logs: PredictionLogs;
  labels: LabelSegments;
  streams: DeploymentStreams;
  keys: DeploymentKeys;
  /** Is told of versions that pass a bound. */
  breached(deploymentId: string, breach: Breached): void;
  backOff?: BackOff;
}

/** Is told what a server says of itself whenever it was asked, and last before it is ended. */
export type StatusListener = (deploymentId: string, status: ServingStatus) => void;
/** Is told when a server begins, ends, or is ended. */
export type StateListener = (deploymentId: string, state: ServerState['status']) => void;

/** The servers of all deployments. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #supervisors = new Map<string, ServerSupervisor>();
  readonly #statusListeners: StatusListener[] = [];
  readonly #stateListeners: StateListener[] = [];

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  onStatus(listener: StatusListener): void {
    this.#statusListeners.push(listener);
  }

  onState(listener: StateListener): void {
    this.#stateListeners.push(listener);
  }

  /** What is wanted of a deployment and what is, as the contract shows it. */
  view(spec: DeploymentSpec): Deployment {
    const state = this.state(spec.id);
    return {
      id: spec.id,
      name: spec.name,
      model: spec.model,
      follows: spec.follows,
      version: spec.version,
      traffic: this.#options.traffic.of(spec.id),
      status: state.status,
      wanted: spec.wanted,
      url: state.url,
      port: state.port ?? spec.port,
      startedAt: state.startedAt,
      error: state.error?.message ?? null,
      maskLog: spec.logMask,
      createdAt: isoTime(spec.createdAt),
    };
  }

  state(id: string): ServerState {
    return this.#supervisor(id).state;
  }

  /** The server's process, null where none is ready. */
  client(id: string): ServingClient | null {
    return this.#supervisor(id).client;
  }

  /** Makes one deployment's server as it is wanted, with earlier failures forgiven. */
  restart(id: string): Promise<void> {
    return this.#supervisor(id).restart();
  }

  /** Has the logs that are masked be masked as columns are marked now. */
  remask(): void {
    for (const { id, logMask } of this.#options.store.list()) {
      const isUp = ['starting', 'running'].includes(this.state(id).status);
      if (logMask !== null && isUp) void this.reconcile(id);
    }
  }

  /** Ends one deployment's server and starts it again where it is wanted as running. */
  startAgain(id: string): Promise<void> {
    return this.#supervisor(id).startAgain();
  }

  /** Makes one deployment's server as it is wanted. */
  reconcile(id: string): Promise<void> {
    return this.#supervisor(id).reconcile();
  }

  /** Resolves when every server was made as it is wanted now. */
  async settled(): Promise<void> {
    await Promise.all([...this.#supervisors.values()].map((supervisor) => supervisor.reconcile()));
  }

  /** Ends all servers; what is wanted of them stays. */
  async close(): Promise<void> {
    await Promise.all([...this.#supervisors.values()].map((supervisor) => supervisor.close()));
  }

  /** Brings all that a deployment answered until now into its log parts and traffic counts, and takes its labels. */
  async collect({ id, model, settings }: DeploymentSpec): Promise<void> {
    const { logs, labels, versions } = this.#options;
    await this.keepTraffic(id);
    await logs.collect({
      deploymentId: id,
      closeSegments: () => this.#closeSegments(id),
      signature: (version) => versions.signature(model, version),
      takeLabels: () => labels.collect(id, logs.folder(id)),
      bounds: wholeSettings(settings).log,
    });
  }

  /** Paths of all closed segments, after closing the open one where that is possible now. */
  async #closeSegments(id: string): Promise<string[]> {
    const { logs } = this.#options;
    const { client, state } = this.#supervisor(id);
    // A server that is starting closes by itself what its predecessor left open.
    if (client) return client.rotate().catch(() => logs.closedSegments(id));
    return state.status === 'starting' ? logs.closedSegments(id) : logs.closeAbandoned(id);
  }

  /** Takes over what a server counted until now: its traffic, and when keys were used. */
  async keepTraffic(id: string): Promise<void> {
    const status = await this.client(id)
      ?.status()
      .catch(() => null);
    if (status) this.#keep(id, status);
  }

  #keep(id: string, status: ServingStatus): void {
    const { logs, keys } = this.#options;
    logs.store.keepTraffic(id, status);
    keys.keepUse(id, status);
    for (const listener of this.#statusListeners) listener(id, status);
  }

  #supervisor(id: string): ServerSupervisor {
    const known = this.#supervisors.get(id);
    if (known) return known;
    const supervisor = this.#supervise(id);
    this.#supervisors.set(id, supervisor);
    return supervisor;
  }

  #supervise(id: string): ServerSupervisor {
    const { context, store, traffic, versions, logs, keys, streams, breached, backOff } = this.#options;
    const spec = () => store.find(id) as DeploymentSpec;
    const serverLog = new BoundedLog(join(context.project.path, 'logs', 'servers', `${id}.log`));
    const supervisor = new ServerSupervisor({
      spec,
      traffic: () => traffic.of(id),
      breached: (breach) => breached(id, breach),
      served: (model, version) => versions.served(model, version),
      logFolder: logs.folder(id),
      serverLog: (part) => serverLog.append(part),
      live: async (wanted, served) =>
        liveSettings(wanted.settings, {
          keys: keys.served(id),
          streams: await streams.served(id),
          logMask: await versions.logMask(wanted, served),
        }),
      ending: (status) => this.#keep(id, status),
      changed: () => {
        const { port, status } = supervisor.state;
        for (const listener of this.#stateListeners) listener(id, status);
        if (port !== null) store.keepPort(id, port);
        context.events.publish({ type: 'phase.changed', phase: 'deploy', subject: spec().name });
      },
      clock: context.clock,
      backOff,
    });
    return supervisor;
  }
}
