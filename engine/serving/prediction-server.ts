import { type Clock, isoTime, systemClock } from '../base/clock.ts';
import { GalleyError } from '../base/errors.ts';
import { idSource, type NewId } from '../base/ids.ts';
import type { LiveSettings, ServedModelConfig, ServingStatus } from '../contract/serving.ts';
import type { ProfileDocument } from '../statistics/profile/document.ts';
import { needsKey, resolveLive, type ServingSettings } from './config.ts';
import type { Exchange } from './exchange.ts';
import { type HttpProtocol, HttpRoutes } from './http-routes.ts';
import { HttpServer } from './http-server.ts';
import { LargeRequests, type LargeRequestsOptions, type ThreadState } from './large-requests.ts';
import { ServingMetrics } from './metrics.ts';
import { logStatus, type ModelLogs, openLogs } from './model-logs.ts';
import { PredictionLog } from './prediction-log.ts';
import type { Predictor, Receipt } from './predictor.ts';
import type { ProfileRole } from './profiles/model-profiles.ts';
import type { ProfileRange } from './profiles/profile-document.ts';
import { ServerProfiles } from './profiles/server-profiles.ts';
import type { ModelReference, ServingHost } from './protocols/host.ts';
import { protocols } from './protocols/index.ts';
import type { LabelLog, RecordLog } from './record-log.ts';
import { type Activation, type Breach, ServedModel, unknownModel } from './served-model.ts';
import { type ServerLog, silentLog } from './server-log.ts';
import type { MessageAnswer } from './streams/answer-message.ts';
import { MessageStreams } from './streams/message-streams.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import { within } from './within.ts';

/** How often the server looks at what it takes of the machine. */
const lookMilliseconds = 5000;
/** Together below the 5 s in which the server has ended. */
const drainMilliseconds = 2500;
const threadMilliseconds = 500;
const flushMilliseconds = 1500;

/** The prediction server: one deployment at one address, with one model or several. */
export class PredictionServer implements ServingHost {
  settings: ServingSettings;
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #newId: NewId;
  readonly #metrics: ServingMetrics;
  readonly #profiles: ServerProfiles;
  readonly #logs: ReadonlyMap<string, ModelLogs>;
  readonly #models: ReadonlyMap<string, ServedModel>;
  readonly #main: ServedModel;
  readonly #http: HttpServer;
  readonly #large: LargeRequests;
  readonly #log: ServerLog;
  readonly #telemetry: Telemetry | null;
  /** Null: they wait for a listener. */
  #breachListener: ((breach: Breach) => void) | null = null;
  readonly #earlyBreaches: Breach[] = [];
  readonly #streams: MessageStreams;
  #stopped: Promise<void> | null = null;
  #isHeldUp = false;
  readonly #ending = new AbortController();
  readonly #looking: NodeJS.Timeout;

  private constructor(
    settings: ServingSettings,
    profiles: ServerProfiles,
    logs: ReadonlyMap<string, ModelLogs>,
    clock: Clock,
    log: ServerLog,
    telemetry: Telemetry | null,
  ) {
    this.settings = settings;
    this.#clock = clock;
    this.#startedAt = clock.now();
    this.#newId = idSource(clock);
    this.#metrics = new ServingMetrics(clock, () => ({
      rows: [...this.#models.values()].reduce((sum, { waitingRows }) => sum + waitingRows, 0),
      limit: this.settings.limits.waitingRows,
    }));
    this.#looking = setInterval(() => this.#metrics.minutes.look(), lookMilliseconds).unref();
    this.#logs = logs;
    this.#profiles = profiles;
    this.#models = new Map(settings.models.map((config) => [config.model, this.#servedModel(config, clock)]));
    this.#main = this.#models.get(settings.model) as ServedModel;
    this.#streams = new MessageStreams(this);
    this.#log = log;
    this.#telemetry = telemetry;
    log.requests = settings.serverLog.requests;
    this.#large = new LargeRequests({
      state: () => this.#threadState(),
      clock,
      reported: (report) => this.#threadReported(report),
      unable: ({ message, stack }) =>
        log.event('warn', `Large requests are answered beside small ones, without their thread: ${message}`, { stack }),
    });
    const [own, ...others] = protocols(this);
    const around = (protocol: HttpProtocol) => this.#large.around(protocol);
    this.#http = new HttpServer({
      settings,
      routes: new HttpRoutes([around(own), ...others.map(around)]),
      clock,
      newId: this.#newId,
      answered: (exchange) => this.#answered(exchange),
      isSampled: (trace) => telemetry?.isSampled(trace) ?? trace.sampled === true,
      failed: (error, ids) => log.unexpected(error, ids),
    });
  }

  #answered(exchange: Exchange): void {
    this.#metrics.answered(exchange);
    this.#log.request(exchange);
    this.#telemetry?.answered(exchange);
  }

  #servedModel({ model, versions }: ServedModelConfig, clock: Clock): ServedModel {
    const log = this.#logs.get(model)?.predictions ?? null;
    return new ServedModel({
      model,
      versions,
      loading: { batch: () => this.settings.batch, observe: (rows) => this.#metrics.batch(rows) },
      predictor: {
        model,
        limits: () => this.settings.limits,
        sampling: () => this.settings.log.sampling,
        log,
        logMask: () => this.settings.logMask,
        profiles: this.#profiles.model(model),
        clock,
        newId: this.#newId,
      },
      breached: (breach) => this.#breached(breach),
    });
  }

  /**
   * Opens the logs and the port, then loads the models: until they are warm /livez answers 200 and /readyz 503.
   * @throws GalleyError for what stops it from serving; nothing stays open then
   */
  static async start(
    settings: ServingSettings,
    clock: Clock = systemClock,
    log: ServerLog = silentLog(clock),
    telemetry: Telemetry | null = null,
  ): Promise<PredictionServer> {
    const profiles = new ServerProfiles(settings, clock, idSource(clock), ({ message }) =>
      log.event('warn', `The sums of the rows cannot be kept: ${message}`),
    );
    const server = new PredictionServer(settings, profiles, await openLogs(settings, clock), clock, log, telemetry);
    await server.#http.open();
    try {
      await server.#profiles.open();
      for (const { model, active, label, traffic } of settings.models) {
        await server.#models.get(model)?.activate({ version: active, label, traffic });
      }
      server.#streams.set(settings.streams);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  get url(): string {
    return this.#http.url;
  }

  get port(): number {
    return this.#http.port;
  }

  /** Is told of each version that passes a bound, also of those that did so before. */
  onBreach(listener: (breach: Breach) => void): void {
    this.#breachListener = listener;
    for (const breach of this.#earlyBreaches.splice(0)) listener(breach);
  }

  #breached(breach: Breach): void {
    this.#large.changed();
    if (this.#breachListener) this.#breachListener(breach);
    else this.#earlyBreaches.push(breach);
  }

  /** Of the deployment's own model: see `ServedModel.activate`. Resolves when new requests are answered so. */
  async activate(activation: Activation): Promise<void> {
    await this.#main.activate(activation);
    this.#large.changed();
  }

  #threadState(): ThreadState {
    const models = [...this.#models.values()].flatMap(({ model, activation }) =>
      activation ? [{ model, activation }] : [],
    );
    return { settings: this.settings, models };
  }

  #threadReported(report: Parameters<LargeRequestsOptions['reported']>[0]): void {
    if (report.type === 'batch') {
      this.#metrics.batch(report.rows);
    } else if (report.type === 'outcome') {
      this.#models.get(report.model)?.countElsewhere(report.version, report.outcome);
    } else if (report.type === 'profile') {
      this.#profiles.merge(report.model, report.version, report.rows);
    } else {
      const log = this.#logs.get(report.model)?.predictions;
      for (const record of report.records) log?.append(record);
    }
  }

  /** From now on the server does as these settings say, or as their defaults where they say nothing. */
  configure(settings: LiveSettings): void {
    this.#streams.set(settings.streams ?? []);
    this.settings = { ...this.settings, ...resolveLive(settings) };
    this.#large.changed();
    this.#http.configure(this.settings);
    for (const log of this.#allLogs()) if (log instanceof PredictionLog) log.diskBytes = this.settings.log.diskBytes;
    this.#log.requests = this.settings.serverLog.requests;
  }

  /** Closes the open segments of the logs. @returns the paths of all closed ones of predictions, oldest first */
  async rotate(): Promise<string[]> {
    const logs = [...this.#logs.values()];
    await Promise.all(logs.map(({ labels }) => labels?.rotate()));
    return (await Promise.all(this.#predictionLogs().map((log) => log.rotate()))).flat();
  }

  status(): ServingStatus {
    const { deployment, model, models } = this.settings;
    const since = this.#main.since || this.#startedAt;
    return {
      deployment,
      model,
      version: this.#main.active?.version ?? models[0].active,
      since: isoTime(since),
      startedAt: isoTime(this.#startedAt),
      ready: this.isReady,
      url: this.url,
      port: this.port,
      ...this.#metrics.totals,
      latency: this.#metrics.window.latency(),
      minutes: this.#metrics.window.minutes(),
      samples: this.#metrics.minutes.list(),
      models: [...this.#models.values()].map((served) => ({
        model: served.model,
        traffic: served.traffic,
        versions: served.status(),
      })),
      streams: this.#streams.status(),
      keys: [...this.#http.keyUses].map(([name, { requests, lastUsedAt }]) => ({
        name,
        requests,
        lastUsedAt: isoTime(lastUsedAt),
      })),
      log: logStatus(this.#predictionLogs()),
    };
  }

  /** Answers what is in flight, writes the log and ends, within 5 s. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#ending.abort();
    clearInterval(this.#looking);
    const closed = Promise.all([this.#http.close(), this.#streams.close()]);
    await within(drainMilliseconds, closed);
    this.#isHeldUp = true;
    const threadsEnded = Promise.all([
      this.#large.stop(),
      ...[...this.#models.values()].map((served) => served.stop()),
    ]).then(() => {
      this.#isHeldUp = false;
    });
    // What is refused now, or after the run that a thread is at, is still sent.
    await within(threadMilliseconds, Promise.all([threadsEnded, closed]));
    this.#http.cut();
    await within(
      flushMilliseconds,
      Promise.all([...this.#allLogs().map((log) => log.close()), this.#profiles.close(), this.#telemetry?.close()]),
    );
  }

  /** Answered rows that are in no log; after the end they never will be. */
  get unloggedRows(): number {
    const { lostRows, pendingRows } = logStatus(this.#predictionLogs());
    return lostRows + pendingRows;
  }

  /** Whether a thread did not end: it is within a call of ONNX Runtime, and `process.exit` would wait for that and then abort. */
  get isHeldUp(): boolean {
    return this.#isHeldUp;
  }

  #predictionLogs(): RecordLog[] {
    return [...this.#logs.values()].flatMap(({ predictions }) => predictions ?? []);
  }

  #allLogs(): RecordLog[] {
    return [...this.#predictionLogs(), ...[...this.#logs.values()].flatMap(({ labels }) => labels ?? [])];
  }

  get needsKey(): boolean {
    return needsKey(this.settings);
  }

  get isReady(): boolean {
    return [...this.#models.values()].every(({ active }) => active !== null) && this.#stopped === null;
  }

  requireReady(): void {
    if (this.#stopped) throw new GalleyError('serving.stopping', 'The server is ending.');
    if (!this.isReady) throw new GalleyError('serving.not_ready', 'The model is being loaded.');
  }

  get ending(): AbortSignal {
    return this.#ending.signal;
  }

  async message(stream: string, answer: (receipt: Receipt) => Promise<MessageAnswer>): Promise<MessageAnswer> {
    const clock = this.#clock;
    const receipt = { id: this.#newId('req'), at: clock.now(), monotonic: clock.monotonic() };
    const answered = await answer(receipt);
    this.#metrics.messageAnswered(stream, answered.status, clock.monotonic() - receipt.monotonic, answered.rows);
    return answered;
  }

  metricsText(): string {
    return this.#metrics.text(this.status()) + this.#profiles.metrics(this.settings.logMask.inputs).join('');
  }

  predictor({ model, ...version }: ModelReference = {}): Predictor {
    return this.#model(model).predictor(version);
  }

  active(model?: string): Predictor {
    const { active } = this.#model(model);
    if (active === null) throw new GalleyError('serving.not_ready', 'The model is being loaded.');
    return active.predictor;
  }

  profileOf(model: string | undefined, role: ProfileRole, range: ProfileRange): Promise<ProfileDocument> {
    this.requireReady();
    return this.#profiles.document(this.#model(model).model, role, range);
  }

  labelLog(model: string): LabelLog | null {
    return this.#logs.get(model)?.labels ?? null;
  }

  #model(name?: string): ServedModel {
    if (name === undefined) return this.#main;
    const model = this.#models.get(name);
    if (model) return model;
    throw unknownModel(name, this.#models.keys());
  }
}
