import { type Frame, type FrameColumn, frameKind } from '../base/frame.ts';
import type { ColumnType, Signature } from '../contract/values.ts';
import { inputColumn, type LogPart } from '../deploy/index.ts';
import { type DuckReader, parquetTable, sqlName } from '../store/duck.ts';
import { readFrame } from '../store/frames.ts';
import { positionsByWindow, type TimeWindow } from './windows.ts';

/** Parts of the prediction log that one version answered. */
export interface VersionParts {
  version: number;
  signature: Signature;
  paths: string[];
}

/** A span of event time, UTC epoch milliseconds; `until` is exclusive, null is open. */
export interface TimeRange {
  since: number | null;
  until: number | null;
}

/** What a range of the log holds. */
export interface LogSummary {
  rows: number;
  /** Without the rows of imported tables, which have no latency. */
  requests: number;
  flagged: number;
  /** Milliseconds of the requests, null where there is none. */
  latency: { p50: number | null; p95: number | null; p99: number | null };
  /** The event times of each version's rows. */
  versions: { version: number; first: number; last: number }[];
  first: number | null;
  last: number | null;
}

/** Rows of a deployment's prediction log by event time, read from Parquet when asked for. */
export class LoggedRows {
  readonly #duck: DuckReader;
  readonly #groups: VersionParts[];
  readonly #where: string;

  private constructor(duck: DuckReader, groups: VersionParts[], { since, until }: TimeRange) {
    this.#duck = duck;
    this.#groups = groups;
    this.#where = `event_time >= ${since ?? Number.MIN_SAFE_INTEGER} AND event_time < ${until ?? Number.MAX_SAFE_INTEGER}`;
  }

  static async of(
    duck: DuckReader,
    parts: readonly LogPart[],
    signature: (version: number) => Promise<Signature>,
    range: TimeRange,
  ): Promise<LoggedRows> {
    const groups: VersionParts[] = [];
    for (const [version, ofVersion] of Map.groupBy(parts, (part) => part.version)) {
      groups.push({ version, signature: await signature(version), paths: ofVersion.map(({ path }) => path) });
    }
    return new LoggedRows(duck, groups, range);
  }

  get groups(): readonly VersionParts[] {
    return this.#groups;
  }

  /** The range as an SQL condition over a part. */
  get where(): string {
    return this.#where;
  }

  async summary(): Promise<LogSummary> {
    const versions = await this.#rows(
      `SELECT version, min(event_time)::DOUBLE, max(event_time)::DOUBLE, count(*)::DOUBLE,
         count(*) FILTER (len(list_filter(flags, lambda f: f.flag <> 'masked')) > 0)::DOUBLE FROM rows GROUP BY version ORDER BY version`,
    );
    const [requests] = await this.#rows(
      `SELECT count(latency)::DOUBLE, quantile_cont(latency, 0.5), quantile_cont(latency, 0.95), quantile_cont(latency, 0.99)
       FROM (SELECT any_value(latency) AS latency FROM rows GROUP BY request_id)`,
    );
    const [count = 0, p50 = null, p95 = null, p99 = null] = requests ?? [];
    const column = (index: number) => versions.map((row) => Number(row[index]));
    return {
      rows: sum(column(3)),
      requests: Number(count),
      flagged: sum(column(4)),
      latency: { p50, p95, p99 },
      versions: versions.map((row) => {
        const [version, first, last] = row as [number, number, number];
        return { version, first, last };
      }),
      first: versions.length === 0 ? null : Math.min(...column(1)),
      last: versions.length === 0 ? null : Math.max(...column(2)),
    };
  }

  /** How many rows each window has, and which versions answered them. */
  async byWindow(windows: readonly TimeWindow[]): Promise<{ rows: number; versions: number[] }[]> {
    const counts = windows.map(() => ({ rows: 0, versions: [] as number[] }));
    for (const group of this.#groups) {
      const frame = await this.#duck.use((connection) => readFrame(connection, group.paths, [eventTime], this.#where));
      const positions = positionsByWindow(frame.columns[0]?.values as Float64Array, windows);
      for (const [index, { length }] of positions.entries()) {
        const count = counts[index];
        if (count === undefined || length === 0) continue;
        count.rows += length;
        count.versions = [...count.versions, group.version].sort((one, other) => one - other);
      }
    }
    return counts;
  }

  /** Inputs whose values the log does not have as they were, because their columns are marked. */
  async masked(): Promise<ReadonlySet<string>> {
    const rows = await this.#rows(
      "SELECT DISTINCT f.field FROM (SELECT unnest(flags) AS f FROM rows) WHERE f.flag = 'masked'",
    );
    return new Set(rows.map(([field]) => String(field)));
  }

  /** Rows without a value, by input; versions that do not take an input have no part in its count. */
  async missing(inputs: readonly string[]): Promise<Record<string, number>> {
    const totals: Record<string, number> = Object.fromEntries(inputs.map((name) => [name, 0]));
    for (const { signature, paths } of this.#groups) {
      const names = signature.inputs.map(({ name }) => name).filter((name) => Object.hasOwn(totals, name));
      if (names.length === 0) continue;
      const counts = names.map((name) => `(count(*) - count(${sqlName(inputColumn(name))}))::DOUBLE`);
      const [row] = await this.#duck.rows(
        `SELECT ${counts.join(', ')} FROM ${parquetTable(paths)} WHERE ${this.#where}`,
      );
      for (const [index, name] of names.entries()) totals[name] = (totals[name] as number) + Number(row?.[index]);
    }
    return totals;
  }

  /**
   * Columns of the rows of those versions that have them, part after part; the event time, in UTC epoch milliseconds, is
   * the first.
   * @param columnsOf names and types of the columns of a version's parts, null to leave its rows out; as many, and of the
   *   same kinds, for every version
   * @param share of the rows, chosen by a hash of their place, the same rows at every call
   */
  async read(columnsOf: (group: VersionParts) => LoggedColumn[] | null, share = 1): Promise<Frame> {
    const frames: Frame[] = [];
    const sampled = share >= 1 ? '' : ` AND hash(file_row_number) % 1000000 < ${Math.round(share * 1_000_000)}`;
    for (const group of this.#groups) {
      const columns = columnsOf(group);
      if (columns === null) continue;
      const present = [eventTime, ...columns.filter(({ isAbsent }) => !isAbsent)];
      const frame = await this.#duck.use((connection) =>
        readFrame(connection, group.paths, present, `${this.#where}${sampled}`),
      );
      frames.push(withAbsent(frame, columns));
    }
    return joinFrames(frames);
  }

  /** Rows of a query over what all versions have in common, `rows`. */
  async #rows(select: string): Promise<(number | null)[][]> {
    if (this.#groups.length === 0) return [];
    const common = 'request_id, event_time, version, latency, flags';
    const tables = this.#groups.map(({ paths }) => `SELECT ${common} FROM ${parquetTable(paths)} WHERE ${this.#where}`);
    const rows = await this.#duck.rows(`WITH rows AS (${tables.join(' UNION ALL ')}) ${select}`);
    return rows as (number | null)[][];
  }
}

export interface LoggedColumn {
  name: string;
  type: ColumnType;
  /** The version has no such column: its rows miss the value. */
  isAbsent?: boolean;
}

const eventTime: LoggedColumn = { name: 'event_time', type: 'int64' };

/** The event time and the columns in their order, those that are absent without a value. */
function withAbsent({ rows, columns }: Frame, wanted: readonly LoggedColumn[]): Frame {
  const [times, ...others] = columns as [FrameColumn, ...FrameColumn[]];
  const all = wanted.map(({ isAbsent, ...column }) =>
    isAbsent ? missingColumn(column, rows) : (others.shift() as FrameColumn),
  );
  return { rows, columns: [times, ...all] };
}

/** So many rows without a value. */
export function missingColumn({ name, type }: LoggedColumn, rows: number): FrameColumn {
  const kind = frameKind(type);
  return kind === 'text'
    ? { name, type, kind, values: new Array<string | null>(rows).fill(null) }
    : { name, type, kind, values: new Float64Array(rows).fill(Number.NaN) };
}

function joinFrames(frames: Frame[]): Frame {
  const [first] = frames;
  if (!first) return { rows: 0, columns: [] };
  if (frames.length === 1) return first;
  const columns = first.columns.map((column, index): FrameColumn => {
    const parts = frames.map((frame) => frame.columns[index] as FrameColumn);
    if (column.kind === 'text') {
      return { ...column, values: parts.flatMap((part) => (part.kind === 'text' ? part.values : [])) };
    }
    const values = new Float64Array(sum(frames.map(({ rows }) => rows)));
    let position = 0;
    for (const part of parts) {
      if (part.kind !== 'text') values.set(part.values, position);
      position += part.values.length;
    }
    return { ...column, values };
  });
  return { rows: sum(frames.map(({ rows }) => rows)), columns };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
