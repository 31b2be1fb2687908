import { canonicalJson, type Json } from '../base/canonical-json.ts';
import { type Clock, isoTime } from '../base/clock.ts';
import { GalleyError, reportError } from '../base/errors.ts';
import type { Deployment } from '../contract/deploy.ts';
import type { LiveSettings, ServedVersion, ServingStatus } from '../contract/serving.ts';
import { type Traffic, undividedTraffic } from '../contract/traffic.ts';
import { type Breached, ServingClient, type ServingExit } from '../serving/serving-client.ts';
import type { DeploymentSpec } from './store.ts';

/** What a server that runs is told: how it answers, or which versions do. */
export type ServerPart = 'settings' | 'versions';

/** What is of a deployment, beside what is wanted. */
export interface ServerState {
  status: Deployment['status'];
  url: string | null;
  port: number | null;
  startedAt: string | null;
  /** Why it does not run, or not with the version that is wanted. */
  error: GalleyError | null;
  /** What a server that runs was told last and does not do; the error says why. */
  refused: ServerPart | null;
}

export interface SupervisorOptions {
  /** What is wanted now. */
  spec(): DeploymentSpec;
  /** How requests are to be divided now. */
  traffic(): Traffic;
  /** Is told of versions that pass a bound. */
  breached(breach: Breached): void;
  served(model: string, version: number): Promise<ServedVersion>;
  logFolder: string;
  /** Is given what the server writes to standard error. */
  serverLog(part: Uint8Array): void;
  /** What the server should do from now on, with those versions in its memory. */
  live(spec: DeploymentSpec, versions: readonly number[]): Promise<LiveSettings>;
  /** Told after each change of the state. What it throws becomes the error of the state. */
  changed(): void;
  /** Told the figures of a server before it is ended. What it throws becomes the error of the state. */
  ending(status: ServingStatus): void;
  clock: Clock;
  backOff?: BackOff;
}

/** How a server that died is started again. */
export interface BackOff {
  /** Before the first try; each further one waits twice as long, up to `longestMilliseconds`. */
  firstMilliseconds: number;
  longestMilliseconds: number;
  /** Tries in a row before the deployment has failed. */
  tries: number;
  /** A server that was up for so long has its earlier ends forgiven. */
  stableMilliseconds: number;
}

const defaultBackOff: BackOff = {
  firstMilliseconds: 250,
  longestMilliseconds: 15_000,
  tries: 6,
  stableMilliseconds: 30_000,
};

const stoppedState: ServerState = {
  status: 'stopped',
  url: null,
  port: null,
  startedAt: null,
  error: null,
  refused: null,
};

/**
 * Keeps one deployment's server as it is wanted: starts it, swaps its version, starts it again when it died, ends it.
 * Every step compares what is wanted with what is, so a step too many does nothing.
 */
export class ServerSupervisor {
  readonly #options: SupervisorOptions & { backOff: BackOff };
  #state: ServerState = stoppedState;
  #client: ServingClient | null = null;
  #liveVersion = 0;
  #liveLabel: string | null = null;
  #liveTraffic: Traffic = undividedTraffic;
  /** Canonical text of what the server was told last. */
  #liveSettings = '';
  /** Of the last start. */
  #triedWish = '';
  #upSince = 0;
  #failures = 0;
  #retry: NodeJS.Timeout | null = null;
  #turn: Promise<void> = Promise.resolve();
  #engaged = false;
  #closed = false;

  constructor(options: SupervisorOptions) {
    this.#options = { ...options, backOff: options.backOff ?? defaultBackOff };
  }

  get state(): ServerState {
    return this.#state;
  }

  /** The server's process, null where none is ready. */
  get client(): ServingClient | null {
    return this.#client;
  }

  /**
   * Makes what is as what is wanted; resolves when that was tried, its outcome is the state; never rejects. Nothing is
   * done before the first `restart`: an engine that lives for one command starts no servers.
   */
  reconcile(): Promise<void> {
    return this.#next(() => this.#step());
  }

  /** As `reconcile`, at once and with earlier failures forgiven. */
  restart(): Promise<void> {
    this.#engaged = true;
    return this.#next(() => {
      this.#forgive();
      return this.#step();
    });
  }

  /** Ends a server that runs and starts it again, with what holds only from the start of one. */
  startAgain(): Promise<void> {
    return this.#next(async () => {
      await this.#stop();
      this.#failures = 0;
      await this.#step();
    });
  }

  /** Ends the server whatever is wanted; nothing is started after it. */
  close(): Promise<void> {
    this.#closed = true;
    return this.reconcile();
  }

  #next(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work).catch((error) => this.#broke(asGalleyError(error)));
    return this.#turn;
  }

  async #step(): Promise<void> {
    if (!this.#engaged) return;
    if (this.#closed) return this.#stop();
    const spec = this.#options.spec();
    if (spec.wanted === 'stopped') return this.#stop();
    const traffic = this.#options.traffic();
    return this.#client === null ? this.#startInTime(spec, traffic) : this.#adapt(this.#client, spec, traffic);
  }

  /** While a try is waited for only what is wanted otherwise by now is tried at once. */
  #startInTime(spec: DeploymentSpec, traffic: Traffic): Promise<void> | undefined {
    const { version, follows, settings, logMask } = spec;
    const wish = canonicalJson({ version, follows, settings, logMask, traffic } as Json);
    if (wish !== this.#triedWish) this.#forgive();
    else if (this.#retry) return;
    this.#triedWish = wish;
    return this.#start(spec, traffic);
  }

  /** The log of a version is masked before the version answers, and until it does so no more. */
  async #adapt(client: ServingClient, spec: DeploymentSpec, traffic: Traffic): Promise<void> {
    if (!(await this.#configure(client, spec, traffic))) return;
    if (!this.#isLive(spec, traffic)) {
      const isActive = (await this.#activate(client, spec, traffic)) && (await this.#configure(client, spec, traffic));
      if (!isActive) return;
    }
    if (this.#state.error) this.#change({ ...this.#state, error: null, refused: null });
  }

  #isLive({ version, follows }: DeploymentSpec, traffic: Traffic): boolean {
    return (
      this.#liveVersion === version &&
      this.#liveLabel === follows &&
      canonicalJson(this.#liveTraffic) === canonicalJson(traffic)
    );
  }

  /** What is wanted could not be read: a server that runs goes on, one that does not is tried again. */
  #broke(error: GalleyError): void {
    if (this.#client || this.#closed || this.#retry) this.#change({ ...this.#state, error });
    else this.#failed(error);
  }

  async #start(spec: DeploymentSpec, traffic: Traffic): Promise<void> {
    this.#change({ ...stoppedState, status: 'starting', error: this.#state.error });
    try {
      const live = await this.#options.live(spec, versionsOf(spec.version, traffic));
      const client = await ServingClient.start(
        {
          deployment: spec.name,
          model: spec.model,
          host: spec.settings.network?.host,
          port: spec.port ?? 0,
          logFolder: this.#options.logFolder,
          profile: spec.settings.profile,
          versions: await this.#served(spec, traffic),
          active: spec.version,
          label: spec.follows,
          traffic,
          ...live,
        },
        (part) => this.#options.serverLog(part),
      );
      this.#liveSettings = canonicalJson(live);
      this.#began(client, spec, traffic);
    } catch (thrown) {
      const error = asGalleyError(thrown);
      const { canary, shadow, bounds } = traffic;
      if (mayHeal(error) || (canary === null && shadow === null)) return this.#failed(error);
      // A version that is only tried must not keep the active one from answering.
      await this.#start(spec, { ...undividedTraffic, bounds });
      if (this.#client) this.#change({ ...this.#state, error });
    }
  }

  #began(client: ServingClient, { version, follows }: DeploymentSpec, traffic: Traffic): void {
    const { clock } = this.#options;
    client.onBreach((breach) => this.#options.breached(breach));
    client.once('exit', (exit) => this.#died(client, exit));
    this.#client = client;
    this.#liveVersion = version;
    this.#liveLabel = follows;
    this.#liveTraffic = traffic;
    this.#upSince = clock.monotonic();
    const { url, port } = client.ready;
    this.#change({ status: 'running', url, port, startedAt: isoTime(clock.now()), error: null, refused: null });
  }

  /** Every version that is to answer, as files. */
  #served({ model, version }: DeploymentSpec, traffic: Traffic): Promise<ServedVersion[]> {
    return Promise.all(versionsOf(version, traffic).map((one) => this.#options.served(model, one)));
  }

  #activate(client: ServingClient, spec: DeploymentSpec, traffic: Traffic): Promise<boolean> {
    return this.#told(client, 'versions', async () => {
      const { version, follows } = spec;
      await client.activate({ version, versions: await this.#served(spec, traffic), label: follows, traffic });
      this.#liveTraffic = traffic;
      this.#liveVersion = version;
      this.#liveLabel = follows;
    });
  }

  #configure(client: ServingClient, spec: DeploymentSpec, traffic: Traffic): Promise<boolean> {
    return this.#told(client, 'settings', async () => {
      const answering = versionsOf(this.#liveVersion, this.#liveTraffic);
      const live = await this.#options.live(spec, [...answering, ...versionsOf(spec.version, traffic)]);
      const text = canonicalJson(live);
      if (text === this.#liveSettings) return;
      await client.configure(live);
      this.#liveSettings = text;
    });
  }

  /** @returns whether the server does as it is told; why it does not becomes the error of the state */
  async #told(client: ServingClient, part: ServerPart, tell: () => Promise<void>): Promise<boolean> {
    try {
      await tell();
      return this.#client === client;
    } catch (error) {
      if (this.#client === client) this.#change({ ...this.#state, error: asGalleyError(error), refused: part });
      return false;
    }
  }

  #died(client: ServingClient, { code, signal }: ServingExit): void {
    if (this.#client !== client) return;
    this.#client = null;
    const { clock, backOff } = this.#options;
    if (clock.monotonic() - this.#upSince >= backOff.stableMilliseconds) this.#failures = 0;
    const how = signal ? `by ${signal}` : `with exit code ${code}`;
    const message = `The process of the prediction server ended ${how}.`;
    this.#failed(new GalleyError('serving.process_ended', message, { details: { code, signal } }));
  }

  /** Waits and tries again, or gives up. What a new try cannot heal is not tried again. */
  #failed(error: GalleyError): void {
    const { firstMilliseconds, longestMilliseconds, tries } = this.#options.backOff;
    this.#failures++;
    if (this.#failures > tries || !mayHeal(error)) {
      this.#change({ ...stoppedState, status: 'failed', error });
      return;
    }
    const delay = Math.min(firstMilliseconds * 2 ** (this.#failures - 1), longestMilliseconds);
    this.#retry = setTimeout(() => {
      this.#retry = null;
      void this.reconcile();
    }, delay);
    this.#change({ ...stoppedState, status: 'starting', error });
  }

  async #stop(): Promise<void> {
    this.#stopWaiting();
    const client = this.#client;
    this.#client = null;
    const error = client && (await this.#end(client));
    if (this.#state.status !== 'stopped' || this.#state.error || error) this.#change({ ...stoppedState, error });
  }

  /** Ends the server even where its figures cannot be kept: the error is why they could not. */
  async #end(client: ServingClient): Promise<GalleyError | null> {
    const status = await client.status().catch(() => null);
    try {
      if (status) this.#options.ending(status);
      return null;
    } catch (error) {
      return asGalleyError(error);
    } finally {
      await client.stop();
    }
  }

  #forgive(): void {
    this.#failures = 0;
    this.#stopWaiting();
  }

  #stopWaiting(): void {
    if (this.#retry) clearTimeout(this.#retry);
    this.#retry = null;
  }

  /** A change that cannot be told (its port cannot be written on a full disk) stands, with that error. */
  #change(state: ServerState): void {
    this.#state = state;
    try {
      this.#options.changed();
    } catch (error) {
      this.#state = { ...state, error: asGalleyError(error) };
    }
  }
}

/** The active version first, each once. */
function versionsOf(active: number, { canary, shadow }: Traffic): number[] {
  return [...new Set([active, canary?.version ?? active, shadow ?? active])];
}

function asGalleyError(thrown: unknown): GalleyError {
  if (thrown instanceof GalleyError) return thrown;
  return new GalleyError('internal.bug', reportError(thrown).message, { cause: thrown });
}

/** A process that ended and a port that is taken may be different the next time; a damaged model file will not. */
function mayHeal({ kind }: GalleyError): boolean {
  return kind === 'unavailable' || kind === 'internal';
}
