import { dayMilliseconds, hourMilliseconds } from '../../base/clock.ts';
import type { Objective } from '../../contract/monitor-system.ts';
import type { Database } from '../../store/database.ts';
import { mergeSamples, type Sample } from './sample.ts';

export const spanMilliseconds = { minute: 60_000, hour: hourMilliseconds, day: dayMilliseconds } as const;
export type SampleSpan = keyof typeof spanMilliseconds;

/** A sample with its place in time, UTC epoch milliseconds. */
export interface PlacedSample {
  at: number;
  span: SampleSpan;
  sample: Sample;
}

export interface SampleTotals extends Pick<Sample, 'requests' | 'failed' | 'readySeconds' | 'wantedSeconds'> {
  saturatedSpans: number;
}

interface SampleRow extends Omit<Sample, 'latencies' | 'reasons'> {
  at: number;
  span: SampleSpan;
  latencies: string;
  reasons: string;
}

const columns = `requests, rows, failed, refused, latencies, reasons, up_seconds, cpu_seconds, cpu_most, memory_bytes, waiting_rows, saturation,
  ready_seconds, wanted_seconds`;
const selected = `at, span, requests, rows, failed, refused, latencies, reasons, up_seconds AS upSeconds, cpu_seconds AS cpuSeconds,
  cpu_most AS cpuMost, memory_bytes AS memoryBytes, waiting_rows AS waitingRows, saturation, ready_seconds AS readySeconds,
  wanted_seconds AS wantedSeconds`;

/** From this share on a resource counts as used up. */
const saturated = 0.9;
/** How long samples of a span are kept before they are summed up into the next one, or removed. */
export const keptDays = { minute: 2, hour: 100, day: 1100 } as const;

/** The rows of `server_samples` and `objectives`. */
export class SampleStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Keeps minutes as a server knows them; those that are known of it are replaced. @param startedAt of that server */
  keepMinutes(deploymentId: string, startedAt: number, minutes: readonly { at: number; sample: Sample }[]): void {
    this.#database.transaction(() => {
      const oldest = this.#summedUntil(deploymentId);
      for (const { at, sample } of minutes) if (at >= oldest) this.#put(deploymentId, 'minute', at, startedAt, sample);
    });
  }

  /** Adds to what the engine itself saw in minutes. */
  addMinutes(deploymentId: string, minutes: readonly { at: number; sample: Sample }[]): void {
    this.#database.transaction(() => {
      for (const { at, sample } of minutes) this.#add(deploymentId, 'minute', at, sample);
    });
  }

  /** What is known of [since, until), oldest first; samples that only overlap the range are whole. */
  samples(deploymentId: string, since: number, until: number): PlacedSample[] {
    return Object.entries(spanMilliseconds)
      .flatMap(([span, length]) => this.#rows(deploymentId, span as SampleSpan, since - length, until))
      .sort((one, other) => one.at - other.at);
  }

  /** Requests and seconds of [since, until), and the spans in which a server was saturated, without reading a histogram. */
  totals(deploymentId: string, since: number, until: number): SampleTotals {
    const totals = this.#database.get<SampleTotals>(
      `SELECT coalesce(sum(requests), 0) AS requests, coalesce(sum(failed), 0) AS failed,
         coalesce(sum(ready_seconds), 0) AS readySeconds, coalesce(sum(wanted_seconds), 0) AS wantedSeconds,
         count(DISTINCT CASE WHEN saturation >= ${saturated} THEN at END) AS saturatedSpans
       FROM server_samples WHERE deployment_id = ? AND at >= ? AND at < ?`,
      deploymentId,
      since,
      until,
    );
    return totals as SampleTotals;
  }

  /** Sums up what is older than its span is kept, and removes what is older than all are; each fact stays in one span. */
  rollUp(now: number): void {
    this.#database.transaction(() => {
      this.#foldInto('minute', 'hour', now);
      this.#foldInto('hour', 'day', now);
      const removed = startOf(now - keptDays.day * dayMilliseconds, 'day');
      this.#database.run("DELETE FROM server_samples WHERE span = 'day' AND at < ?", removed);
    });
  }

  objective(deploymentId: string): Objective | undefined {
    return this.#database.get('SELECT availability, days FROM objectives WHERE deployment_id = ?', deploymentId);
  }

  setObjective(deploymentId: string, { availability, days }: Objective): void {
    this.#database.run(
      `INSERT INTO objectives (deployment_id, availability, days) VALUES (?, ?, ?)
       ON CONFLICT (deployment_id) DO UPDATE SET availability = excluded.availability, days = excluded.days`,
      deploymentId,
      availability,
      days,
    );
  }

  #foldInto(from: 'minute' | 'hour', to: 'hour' | 'day', now: number): void {
    const until = startOf(now - keptDays[from] * dayMilliseconds, 'day');
    const deployments = this.#database.column<string>(
      'SELECT DISTINCT deployment_id FROM server_samples WHERE span = ? AND at < ?',
      from,
      until,
    );
    for (const id of deployments) {
      const old = this.#rows(id, from, Number.MIN_SAFE_INTEGER, until);
      for (const [at, group] of Map.groupBy(old, (row) => startOf(row.at, to))) {
        this.#add(id, to, at, mergeSamples(group.map(({ sample }) => sample)));
      }
      const sql = 'DELETE FROM server_samples WHERE deployment_id = ? AND span = ? AND at < ?';
      this.#database.run(sql, id, from, until);
    }
  }

  /** Minutes before this are in hours already. */
  #summedUntil(deploymentId: string): number {
    const last = this.#database.get<{ at: number | null }>(
      "SELECT max(at) AS at FROM server_samples WHERE deployment_id = ? AND span <> 'minute'",
      deploymentId,
    );
    return last?.at == null ? Number.MIN_SAFE_INTEGER : last.at + spanMilliseconds.hour;
  }

  #rows(deploymentId: string, span: SampleSpan, after: number, until: number): PlacedSample[] {
    return this.#database
      .all<SampleRow>(
        `SELECT ${selected} FROM server_samples WHERE deployment_id = ? AND span = ? AND at > ? AND at < ? ORDER BY at`,
        deploymentId,
        span,
        after,
        until,
      )
      .map(({ at, span, latencies, reasons, ...sample }) => ({
        at,
        span,
        sample: { ...sample, latencies: JSON.parse(latencies), reasons: JSON.parse(reasons) },
      }));
  }

  #add(deploymentId: string, span: SampleSpan, at: number, sample: Sample): void {
    const known = this.#database.get<SampleRow>(
      `SELECT ${selected} FROM server_samples WHERE deployment_id = ? AND span = ? AND at = ? AND source = 0`,
      deploymentId,
      span,
      at,
    );
    const before = known && [
      { ...known, latencies: JSON.parse(known.latencies), reasons: JSON.parse(known.reasons) } as Sample,
    ];
    this.#put(deploymentId, span, at, 0, mergeSamples([...(before ?? []), sample]));
  }

  #put(deploymentId: string, span: SampleSpan, at: number, source: number, sample: Sample): void {
    this.#database.run(
      `INSERT OR REPLACE INTO server_samples (deployment_id, span, at, source, ${columns})
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      deploymentId,
      span,
      at,
      source,
      sample.requests,
      sample.rows,
      sample.failed,
      sample.refused,
      JSON.stringify(sample.latencies),
      JSON.stringify(sample.reasons),
      sample.upSeconds,
      sample.cpuSeconds,
      sample.cpuMost,
      sample.memoryBytes,
      sample.waitingRows,
      sample.saturation,
      sample.readySeconds,
      sample.wantedSeconds,
    );
  }
}

function startOf(time: number, span: SampleSpan): number {
  return Math.floor(time / spanMilliseconds[span]) * spanMilliseconds[span];
}
