type Environment = Readonly<Record<string, string | undefined>>;

/** Where a signal goes to, by the OpenTelemetry specification's environment variables. */
export interface OtlpTarget {
  url: string;
  headers: Record<string, string>;
  timeoutMilliseconds: number;
}

export interface OtlpConfig {
  traces: OtlpTarget | null;
  metrics: OtlpTarget | null;
  /** Of the resource, such as `service.name`. */
  attributes: Record<string, string>;
  /** Share of the traces that begin here and are recorded. */
  ratio: number;
  /** Whether a caller's decision comes first. */
  followsParent: boolean;
  queueSpans: number;
  batchSpans: number;
  spansMilliseconds: number;
  metricsMilliseconds: number;
}

/** What the environment asks for, null where it names no endpoint. What cannot be read counts as not set. */
export function otlpConfig(environment: Environment, serviceName: string): OtlpConfig | null {
  if (environment.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return null;
  const traces = target(environment, 'TRACES');
  const metrics = target(environment, 'METRICS');
  if (!traces && !metrics) return null;
  const sampler = environment.OTEL_TRACES_SAMPLER ?? 'parentbased_always_on';
  const given = pairs(environment.OTEL_RESOURCE_ATTRIBUTES);
  return {
    traces,
    metrics,
    attributes: { 'service.name': serviceName, ...given, ...named(environment.OTEL_SERVICE_NAME) },
    ratio: ratioOf(sampler, environment.OTEL_TRACES_SAMPLER_ARG),
    followsParent: sampler.startsWith('parentbased'),
    queueSpans: count(environment.OTEL_BSP_MAX_QUEUE_SIZE, 2048),
    batchSpans: count(environment.OTEL_BSP_MAX_EXPORT_BATCH_SIZE, 512),
    spansMilliseconds: count(environment.OTEL_BSP_SCHEDULE_DELAY, 5000),
    metricsMilliseconds: count(environment.OTEL_METRIC_EXPORT_INTERVAL, 60_000),
  };
}

function target(environment: Environment, signal: 'TRACES' | 'METRICS'): OtlpTarget | null {
  const own = environment[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`];
  const shared = environment.OTEL_EXPORTER_OTLP_ENDPOINT;
  const url = own || (shared && `${shared.replace(/\/+$/, '')}/v1/${signal.toLowerCase()}`);
  if (!url || environment[`OTEL_${signal}_EXPORTER`] === 'none' || !URL.canParse(url)) return null;
  const headers = environment[`OTEL_EXPORTER_OTLP_${signal}_HEADERS`] ?? environment.OTEL_EXPORTER_OTLP_HEADERS;
  const timeout = environment[`OTEL_EXPORTER_OTLP_${signal}_TIMEOUT`] ?? environment.OTEL_EXPORTER_OTLP_TIMEOUT;
  return { url, headers: pairs(headers), timeoutMilliseconds: count(timeout, 10_000) };
}

/** `key=value,…` with percent escapes, as in W3C Baggage. */
function pairs(text = ''): Record<string, string> {
  const entries = text.split(',').flatMap((pair) => {
    const equals = pair.indexOf('=');
    return equals > 0 ? [[pair.slice(0, equals).trim(), decoded(pair.slice(equals + 1).trim())] as const] : [];
  });
  return Object.fromEntries(entries);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function named(serviceName: string | undefined): Record<string, string> {
  return serviceName ? { 'service.name': serviceName } : {};
}

function ratioOf(sampler: string, argument = '1'): number {
  if (sampler.endsWith('always_off')) return 0;
  const ratio = sampler.endsWith('traceidratio') ? Number(argument) : 1;
  return ratio >= 0 && ratio <= 1 ? ratio : 1;
}

function count(text: string | undefined, otherwise: number): number {
  const value = Number(text);
  return text && Number.isInteger(value) && value > 0 ? value : otherwise;
}
