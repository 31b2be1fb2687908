import { randomUUID } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { galleyVersion } from '../../base/galley-version.ts';
import type { Exchange } from '../exchange.ts';
import type { TraceContext } from '../trace-context.ts';
import { DurationMetrics } from './duration-metrics.ts';
import type { OtlpConfig } from './otlp-config.ts';
import { attributes } from './otlp-json.ts';
import { OtlpSender } from './otlp-sender.ts';
import { SpanBatches } from './span-batches.ts';

/** The digits of a trace id that are random by W3C Trace Context, level 2. */
const randomDigits = 14;
const randomNumbers = 16 ** randomDigits;

/** Sends spans and metrics to OpenTelemetry collectors. */
export class Telemetry {
  readonly #config: OtlpConfig;
  readonly #clock: Clock;
  readonly #spans: SpanBatches | null;
  readonly #durations: DurationMetrics;
  readonly #metricsSender: OtlpSender | null;
  readonly #resource: unknown;
  readonly #timer: NodeJS.Timeout | undefined;

  /** @param warn is told where a collector does not take what it is sent */
  constructor(config: OtlpConfig, clock: Clock, warn: (message: string) => void) {
    const { traces, metrics } = config;
    const instance = { 'service.version': galleyVersion, 'service.instance.id': randomUUID() };
    this.#config = config;
    this.#clock = clock;
    this.#resource = { attributes: attributes({ ...instance, ...config.attributes }) };
    this.#spans = traces && new SpanBatches(new OtlpSender(traces, warn), config, (spans) => this.#traces(spans));
    this.#durations = new DurationMetrics(clock.now());
    this.#metricsSender = metrics && new OtlpSender(metrics, warn);
    if (metrics) this.#timer = setInterval(() => void this.#sendMetrics(), config.metricsMilliseconds).unref();
  }

  /** Whether a trace is recorded: as its caller decided, else a share of them by their ids. */
  isSampled({ traceId, sampled }: TraceContext): boolean {
    if (this.#spans === null) return sampled === true;
    if (this.#config.followsParent && sampled !== null) return sampled;
    const random = Number.parseInt(traceId.slice(-randomDigits), 16);
    return random >= (1 - this.#config.ratio) * randomNumbers;
  }

  answered(exchange: Exchange): void {
    if (exchange.trace.sampled) this.#spans?.add(exchange);
    if (this.#metricsSender) this.#durations.add(exchange);
  }

  /** Sends what waits. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([this.#spans?.flush(), this.#sendMetrics()]);
  }

  async #sendMetrics(): Promise<void> {
    const metrics = this.#durations.metrics(this.#clock.now());
    await this.#metricsSender?.send({
      resourceMetrics: [{ resource: this.#resource, scopeMetrics: [{ scope, metrics }] }],
    });
  }

  #traces(spans: unknown[]): unknown {
    return { resourceSpans: [{ resource: this.#resource, scopeSpans: [{ scope, spans }] }] };
  }
}

const scope = { name: 'galley', version: galleyVersion };
