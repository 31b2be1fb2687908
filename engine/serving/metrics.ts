import type { Clock } from '../base/clock.ts';
import type { ServingStatus } from '../contract/serving.ts';
import type { Exchange } from './exchange.ts';
import { LatencyWindow } from './latency-window.ts';
import { Histogram, metricText } from './prometheus-text.ts';
import { ServerMinutes, type WaitingRoom } from './server-minutes.ts';
import { versionMetrics } from './version-metrics.ts';

const secondsBounds = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const batchBounds = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096];

/** What the server counts about itself. */
export class ServingMetrics {
  readonly window: LatencyWindow;
  readonly minutes: ServerMinutes;
  readonly #seconds = new Histogram(secondsBounds);
  readonly #batches = new Histogram(batchBounds);
  /** By path, then by status. */
  readonly #answers = new Map<string, Map<number, number>>();
  /** By stream, then by status. */
  readonly #messages = new Map<string, Map<number, number>>();
  #requests = 0;
  #rows = 0;
  #errors = 0;
  #refused = 0;

  constructor(clock: Clock, waiting: () => WaitingRoom) {
    this.window = new LatencyWindow(clock);
    this.minutes = new ServerMinutes(clock, waiting);
  }

  get totals(): Pick<ServingStatus, 'requests' | 'rows' | 'errors' | 'refused'> {
    return { requests: this.#requests, rows: this.#rows, errors: this.#errors, refused: this.#refused };
  }

  answered({ method, route, status, milliseconds, rows, reason }: Exchange): void {
    count(this.#answers, route?.path ?? 'other', status);
    // A browser that asks whether its page may call asks for no prediction.
    if (route?.predicts && method !== 'OPTIONS') this.#predicted(status, milliseconds, rows, reason);
  }

  /** Of a message of a stream, which counts as a prediction request. @param status as HTTP would have it */
  messageAnswered(stream: string, status: number, milliseconds: number, rows: number): void {
    count(this.#messages, stream, status);
    this.#predicted(status, milliseconds, rows, null);
  }

  #predicted(status: number, milliseconds: number, rows: number, reason: string | null): void {
    const failed = status !== 200;
    this.#requests++;
    this.#rows += rows;
    if (failed) this.#errors++;
    if (failed && status < 500) this.#refused++;
    this.#seconds.observe(milliseconds / 1000);
    this.window.add(milliseconds, rows, failed);
    this.minutes.answered({ status, milliseconds, rows, reason });
  }

  batch(rows: number): void {
    this.#batches.observe(rows);
  }

  /** All metrics in Prometheus' text format. */
  text(status: ServingStatus): string {
    const { log, model, deployment, version } = status;
    const one = (value: number) => [{ value }];
    return [
      metricText(
        'galley_requests_total',
        'counter',
        'Requests by path and HTTP status.',
        samples('path', this.#answers),
      ),
      metricText(
        'galley_stream_messages_total',
        'counter',
        'Messages of streams by the status that HTTP would have.',
        samples('stream', this.#messages),
      ),
      metricText(
        'galley_stream_connected',
        'gauge',
        'Whether the broker of a stream is reached.',
        status.streams.map(({ name, connected }) => ({ labels: { stream: name }, value: connected ? 1 : 0 })),
      ),
      metricText('galley_rows_total', 'counter', 'Rows that were answered.', one(this.#rows)),
      this.#seconds.text(
        'galley_request_duration_seconds',
        'Time from the receipt of a prediction request to its answer.',
      ),
      this.#batches.text('galley_batch_rows', 'Rows that went to the model together.'),
      metricText('galley_ready', 'gauge', 'Whether the model is loaded and warm.', one(status.ready ? 1 : 0)),
      metricText('galley_model_info', 'gauge', 'The version that is active.', [
        { labels: { deployment, model, version }, value: 1 },
      ]),
      ...versionMetrics(status),
      metricText(
        'galley_version_active_since_seconds',
        'gauge',
        'Unix time at which the version became active.',
        one(Date.parse(status.since) / 1000),
      ),
      metricText(
        'galley_log_lag_seconds',
        'gauge',
        'Age of the oldest record that is not on the disk yet.',
        one(log.lagMilliseconds / 1000),
      ),
      metricText(
        'galley_log_failing',
        'gauge',
        'Whether the last group of records could not be written.',
        one(log.lastError === null ? 0 : 1),
      ),
      metricText('galley_log_pending_rows', 'gauge', 'Records that are not on the disk yet.', one(log.pendingRows)),
      metricText('galley_log_written_rows_total', 'counter', 'Records that are on the disk.', one(log.writtenRows)),
      metricText(
        'galley_log_lost_rows_total',
        'counter',
        'Answered rows that will never be in the log.',
        one(log.lostRows),
      ),
      metricText(
        'process_start_time_seconds',
        'gauge',
        'Unix time at which the server started.',
        one(Date.parse(status.startedAt) / 1000),
      ),
      metricText('process_cpu_seconds_total', 'counter', 'User and system CPU time of the process.', one(cpuSeconds())),
      metricText('process_resident_memory_bytes', 'gauge', 'Memory of the process.', one(process.memoryUsage.rss())),
    ].join('');
  }
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

type Counts = Map<string, Map<number, number>>;

function count(counts: Counts, name: string, status: number): void {
  const byStatus = counts.get(name) ?? new Map<number, number>();
  counts.set(name, byStatus.set(status, (byStatus.get(status) ?? 0) + 1));
}

function samples(label: string, counts: Counts) {
  return [...counts].flatMap(([name, byStatus]) =>
    [...byStatus].map(([status, value]) => ({ labels: { [label]: name, status }, value })),
  );
}
