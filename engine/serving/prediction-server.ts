import type { IncomingMessage } from 'node:http';
import { type Clock, isoTime, systemClock } from '../base/clock.ts';
import { GalleyError } from '../base/errors.ts';
import { idSource } from '../base/ids.ts';
import type { ServedVersion, ServingStatus } from '../contract/serving.ts';
import { ActiveModel } from './active-model.ts';
import type { ServingSettings } from './config.ts';
import { type HttpAnswer, jsonAnswer } from './http-answer.ts';
import { readJsonBody } from './http-body.ts';
import type { HttpRoute, HttpRoutes } from './http-routes.ts';
import { HttpServer } from './http-server.ts';
import { ServingMetrics } from './metrics.ts';
import { openApi } from './openapi.ts';
import { PredictCall, type PredictContext, type Receipt } from './predict-call.ts';
import { PredictionLog } from './prediction-log.ts';
import { prometheusContentType } from './prometheus-text.ts';

const drainMilliseconds = 3000;
const flushMilliseconds = 1500;

/** The prediction server: one deployment, one active version, one address. */
export class PredictionServer {
  readonly #settings: ServingSettings;
  readonly #startedAt: number;
  readonly #metrics: ServingMetrics;
  readonly #active: ActiveModel;
  readonly #log: PredictionLog | null;
  readonly #context: PredictContext;
  readonly #http: HttpServer;
  #call: PredictCall | null = null;
  #stopped: Promise<void> | null = null;

  private constructor(settings: ServingSettings, log: PredictionLog | null, clock: Clock) {
    const { host, port, token, versions, batchRows, deployment, model, limits, logMask } = settings;
    const metrics = new ServingMetrics(clock);
    this.#settings = settings;
    this.#startedAt = clock.now();
    this.#metrics = metrics;
    this.#log = log;
    this.#active = new ActiveModel(versions, batchRows, (rows) => metrics.batch(rows), clock);
    this.#context = { deployment, model, limits, log, logMask, clock, newId: idSource(clock) };
    const answered = metrics.answered.bind(metrics);
    this.#http = new HttpServer({ host, port, token, routes: this.#routes(), clock, answered });
  }

  /**
   * Opens the log and the port, then loads the model: until it is warm /livez answers 200 and /readyz 503.
   * @throws GalleyError for what stops it from serving; nothing stays open then
   */
  static async start(settings: ServingSettings, clock: Clock = systemClock): Promise<PredictionServer> {
    const { deployment, model, logFolder, logLimits: limits } = settings;
    const log = logFolder ? await PredictionLog.open({ folder: logFolder, deployment, model, limits, clock }) : null;
    const server = new PredictionServer(settings, log, clock);
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

  /** See `ActiveModel.activate`. Resolves when all new requests are answered by that version. */
  async activate(version: number, versions?: readonly ServedVersion[]): Promise<void> {
    await this.#active.activate(version, versions);
  }

  /** Closes the open segment of the log. @returns the paths of all closed segments, oldest first */
  async rotate(): Promise<string[]> {
    return this.#log ? this.#log.rotate() : [];
  }

  status(): ServingStatus {
    const { deployment, model, active } = this.#settings;
    const since = this.#active.since || this.#startedAt;
    return {
      deployment,
      model,
      version: this.#active.model?.version ?? active,
      since: isoTime(since),
      startedAt: isoTime(this.#startedAt),
      ready: this.#isReady(),
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
    await within(drainMilliseconds, this.#http.close());
    this.#http.cut();
    if (this.#log) await within(flushMilliseconds, this.#log.close());
  }

  #isReady(): boolean {
    return this.#active.model !== null && this.#stopped === null;
  }

  #routes(): HttpRoutes {
    const get = (answer: () => HttpAnswer): HttpRoute => ({ method: 'GET', answer });
    return new Map<string, HttpRoute>([
      ['/predict', { method: 'POST', answer: (request, receipt) => this.#predict(request, receipt) }],
      ['/livez', get(() => jsonAnswer({ status: 'live' }))],
      ['/readyz', get(() => this.#readyz())],
      ['/metrics', get(() => this.#metricsAnswer())],
      ['/openapi.json', get(() => jsonAnswer(this.#openApi()))],
      ['/', get(() => jsonAnswer(this.#overview()))],
    ]);
  }

  async #predict(request: IncomingMessage, receipt: Receipt): Promise<HttpAnswer> {
    const body = await readJsonBody(request, this.#settings.limits.bodyBytes);
    // The version is chosen when the whole request is there, so that a swap meets it either before or after.
    return this.#currentCall().answer(body, receipt);
  }

  #currentCall(): PredictCall {
    const loaded = this.#loadedModel();
    if (this.#call?.loaded !== loaded) this.#call = new PredictCall(this.#context, loaded);
    return this.#call;
  }

  #loadedModel() {
    const loaded = this.#active.model;
    if (!loaded) throw new GalleyError('serving.not_ready', 'The model is being loaded.');
    return loaded;
  }

  #readyz(): HttpAnswer {
    if (this.#stopped) throw new GalleyError('serving.stopping', 'The server is ending.');
    this.#loadedModel();
    return jsonAnswer({ status: 'ready' });
  }

  #metricsAnswer(): HttpAnswer {
    return { status: 200, contentType: prometheusContentType, body: this.#metrics.text(this.status()) };
  }

  #openApi() {
    const { version, signature } = this.#loadedModel();
    const { deployment, model, token } = this.#settings;
    return openApi({ deployment, model, version, url: this.url, token: token !== null, signature });
  }

  #overview() {
    const { deployment, model, version, ready, url } = this.status();
    const paths = ['/predict', '/livez', '/readyz', '/metrics', '/openapi.json'];
    return { server: 'galley', deployment, model, version, ready, description: `${url}/openapi.json`, paths };
  }
}

const noLog = { lagMilliseconds: 0, pendingRows: 0, writtenRows: 0, lostRows: 0, lastError: null };

/** Resolves with the work, or after so many milliseconds without it. */
async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
