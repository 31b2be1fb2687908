import { type Clock, isoTime, systemClock } from '../base/clock.ts';
import { GalleyError } from '../base/errors.ts';
import { idSource } from '../base/ids.ts';
import type { LiveSettings, ServedVersion, ServingStatus } from '../contract/serving.ts';
import { ActiveModel } from './active-model.ts';
import { resolveLive, type ServingSettings } from './config.ts';
import { HttpRoutes } from './http-routes.ts';
import { HttpServer } from './http-server.ts';
import { labelFolder } from './log-folder.ts';
import { ServingMetrics } from './metrics.ts';
import type { LoadedModel } from './model.ts';
import { PredictionLog } from './prediction-log.ts';
import { Predictor, type PredictorOptions, type Receipt } from './predictor.ts';
import type { ModelReference, ServingHost } from './protocols/host.ts';
import { protocols } from './protocols/index.ts';
import type { MessageAnswer } from './streams/answer-message.ts';

const drainMilliseconds = 3000;
const flushMilliseconds = 1500;

/** The prediction server: one deployment, one active version, one address. */
export class PredictionServer implements ServingHost {
  settings: ServingSettings;
  readonly #startedAt: number;
  readonly #metrics: ServingMetrics;
  readonly #active: ActiveModel;
  readonly labelLog: PredictionLog | null;
  readonly #log: PredictionLog | null;
  readonly #predictorOptions: PredictorOptions;
  readonly #http: HttpServer;
  #predictor: Predictor | null = null;
  #label: string | null;
  #stopped: Promise<void> | null = null;
  readonly #ending = new AbortController();

  private constructor(
    settings: ServingSettings,
    log: PredictionLog | null,
    labelLog: PredictionLog | null,
    clock: Clock,
  ) {
    const { host, port, token, versions, limits, logMask } = settings;
    const metrics = new ServingMetrics(clock);
    this.settings = settings;
    this.#label = settings.label;
    this.#startedAt = clock.now();
    this.#metrics = metrics;
    this.#log = log;
    this.labelLog = labelLog;
    this.#active = new ActiveModel(
      versions,
      () => this.settings.batch,
      (rows) => metrics.batch(rows),
      clock,
    );
    this.#predictorOptions = { limits, log, logMask, clock, newId: idSource(clock) };
    const answered = metrics.answered.bind(metrics);
    this.#http = new HttpServer({ host, port, token, routes: new HttpRoutes(protocols(this)), clock, answered });
  }

  /**
   * Opens the log and the port, then loads the model: until it is warm /livez answers 200 and /readyz 503.
   * @throws GalleyError for what stops it from serving; nothing stays open then
   */
  static async start(settings: ServingSettings, clock: Clock = systemClock): Promise<PredictionServer> {
    const { deployment, model, logFolder, logLimits: limits } = settings;
    const openLog = (folder: string) => PredictionLog.open({ folder, deployment, model, limits, clock });
    const log = logFolder ? await openLog(logFolder) : null;
    const labelLog = logFolder ? await openLog(labelFolder(logFolder)) : null;
    const server = new PredictionServer(settings, log, labelLog, clock);
    await server.#http.open();
    try {
      await server.activate(settings.active);
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

  /**
   * See `ActiveModel.activate`. Resolves when all new requests are answered by that version.
   * @param label the alias that the version stands under
   */
  async activate(version: number, versions?: readonly ServedVersion[], label = this.#label): Promise<void> {
    await this.#active.activate(version, versions);
    this.#label = label;
  }

  /** From now on the server does as these settings say, or as their defaults where they say nothing. */
  configure(settings: LiveSettings): void {
    this.settings = { ...this.settings, ...resolveLive(settings) };
    this.#predictorOptions.limits = this.settings.limits;
  }

  /** Closes the open segments of the logs. @returns the paths of all closed ones of predictions, oldest first */
  async rotate(): Promise<string[]> {
    await this.labelLog?.rotate();
    return this.#log ? this.#log.rotate() : [];
  }

  status(): ServingStatus {
    const { deployment, model, active } = this.settings;
    const since = this.#active.since || this.#startedAt;
    return {
      deployment,
      model,
      version: this.#active.model?.version ?? active,
      since: isoTime(since),
      startedAt: isoTime(this.#startedAt),
      ready: this.isReady,
      url: this.url,
      port: this.port,
      ...this.#metrics.totals,
      latency: this.#metrics.window.latency(),
      minutes: this.#metrics.window.minutes(),
      log: { enabled: this.#log !== null, ...(this.#log?.status() ?? noLog) },
    };
  }

  /** Answers what is in flight, writes the log and ends, within 5 s. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#ending.abort();
    await within(drainMilliseconds, this.#http.close());
    this.#http.cut();
    const logs = [this.#log, this.labelLog].filter((log) => log !== null);
    await within(flushMilliseconds, Promise.all(logs.map((log) => log.close())));
  }

  get isReady(): boolean {
    return this.#active.model !== null && this.#stopped === null;
  }

  requireReady(): void {
    if (this.#stopped) throw new GalleyError('serving.stopping', 'The server is ending.');
    this.#loadedModel();
  }

  get ending(): AbortSignal {
    return this.#ending.signal;
  }

  async message(stream: string, answer: (receipt: Receipt) => Promise<MessageAnswer>): Promise<MessageAnswer> {
    const { clock } = this.#predictorOptions;
    const receipt = { at: clock.now(), monotonic: clock.monotonic() };
    const answered = await answer(receipt);
    this.#metrics.messageAnswered(stream, answered.status, clock.monotonic() - receipt.monotonic, answered.rows);
    return answered;
  }

  metricsText(): string {
    return this.#metrics.text(this.status());
  }

  predictor({ model, version, label }: ModelReference = {}): Predictor {
    const loaded = this.#loadedModel();
    if (model !== undefined && model !== this.settings.model) throw unknownModel(model, this.settings.model);
    if (version !== undefined && version !== String(loaded.version)) throw notLoaded(`version ${version}`, loaded);
    if (label !== undefined && label !== this.#label) throw notLoaded(`label ${label}`, loaded);
    if (this.#predictor?.loaded !== loaded) this.#predictor = new Predictor(this.#predictorOptions, loaded);
    return this.#predictor;
  }

  #loadedModel(): LoadedModel {
    const loaded = this.#active.model;
    if (!loaded) throw new GalleyError('serving.not_ready', 'The model is being loaded.');
    return loaded;
  }
}

function unknownModel(asked: string, model: string): GalleyError {
  return new GalleyError('serving.unknown_model', `There is no model ${asked.slice(0, 80)} here, only ${model}.`);
}

function notLoaded(asked: string, { version }: LoadedModel): GalleyError {
  return new GalleyError(
    'serving.version_not_loaded',
    `There is no ${asked.slice(0, 80)} loaded here, only version ${version}.`,
  );
}

const noLog = { lagMilliseconds: 0, pendingRows: 0, writtenRows: 0, lostRows: 0, lastError: null };

/** Resolves with the work, or after so many milliseconds without it. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
