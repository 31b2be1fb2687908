import type { Exchange } from '../exchange.ts';
import { methodAttribute } from './http-method.ts';
import { attributes, nanoseconds } from './otlp-json.ts';

/** In seconds: those of the semantic conventions, and two smaller ones. */
const bounds = [0.00025, 0.001, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const cumulative = 2;

interface Durations {
  method: string;
  route: string | undefined;
  status: number;
  counts: number[];
  sum: number;
}

/** `http.server.request.duration` by method, route and status, and `galley.rows`, since the start. */
export class DurationMetrics {
  readonly #startedAt: number;
  readonly #series = new Map<string, Durations>();
  #rows = 0;

  /** @param startedAt UTC epoch milliseconds */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  add({ method, route, status, milliseconds, rows }: Exchange): void {
    const series = this.#seriesOf(methodAttribute(method), route?.path, status);
    const seconds = milliseconds / 1000;
    const found = bounds.findIndex((bound) => seconds <= bound);
    const bin = found === -1 ? bounds.length : found;
    series.counts[bin] = (series.counts[bin] as number) + 1;
    series.sum += seconds;
    this.#rows += rows;
  }

  /** As OTLP has metrics. @param now UTC epoch milliseconds */
  metrics(now: number): unknown[] {
    const times = { startTimeUnixNano: nanoseconds(this.#startedAt), timeUnixNano: nanoseconds(now) };
    return [
      {
        name: 'http.server.request.duration',
        unit: 's',
        histogram: {
          aggregationTemporality: cumulative,
          dataPoints: [...this.#series.values()].map((series) => ({ ...times, ...pointOf(series) })),
        },
      },
      {
        name: 'galley.rows',
        unit: '{row}',
        sum: {
          aggregationTemporality: cumulative,
          isMonotonic: true,
          dataPoints: [{ ...times, asInt: String(this.#rows) }],
        },
      },
    ];
  }

  #seriesOf(method: string, route: string | undefined, status: number): Durations {
    const key = `${method} ${route} ${status}`;
    let series = this.#series.get(key);
    if (!series) {
      series = { method, route, status, counts: new Array(bounds.length + 1).fill(0), sum: 0 };
      this.#series.set(key, series);
    }
    return series;
  }
}

function pointOf({ method, route, status, counts, sum }: Durations) {
  return {
    attributes: attributes({
      'http.request.method': method,
      'http.route': route,
      'http.response.status_code': status,
      'url.scheme': 'http',
    }),
    count: String(counts.reduce((total, count) => total + count, 0)),
    sum,
    bucketCounts: counts.map(String),
    explicitBounds: bounds,
  };
}
