import type { Static } from 'typebox';
import { dayMilliseconds } from '../../base/clock.ts';
import type { LoggedFlag } from '../../contract/serving.ts';
import { inputColumn } from '../../deploy/index.ts';
import { type DuckReader, parquetTable, sqlName, sqlText } from '../../store/duck.ts';
import type { TimeRange, VersionParts } from '../logged-rows.ts';
import {
  type ArrivalCounts,
  type ColumnCounts,
  type CountedExtent,
  type CountedSpan,
  columnIn,
  type GrowingSpan,
  maskedInputs,
  type QualityCounter,
  type QualityCounts,
  spanAt,
} from './quality-counts.ts';

const unitMilliseconds = { hour: dayMilliseconds / 24, day: dayMilliseconds } as const;
/** So many minutes tell how long the pauses between rows usually are. */
export const newestMinutes = 5000;

type Flag = Static<typeof LoggedFlag>['flag'];

const countOfFlag: Record<Flag, keyof ColumnCounts | null> = {
  unseen_category: 'unseen',
  out_of_range: 'outOfRange',
  not_finite: null,
  masked: 'masked',
};

/** Which rows are counted, as an SQL condition, and the start of the span that one lies in, as an SQL expression. */
interface Spans {
  where: string;
  start: string;
}

/** Counts from the rows of the prediction log, for as long as there are any. */
export class LoggedCounts implements QualityCounter {
  readonly #duck: DuckReader;
  readonly #groups: readonly VersionParts[];

  constructor(duck: DuckReader, groups: readonly VersionParts[]) {
    this.#duck = duck;
    this.#groups = groups;
  }

  async extent(range: TimeRange): Promise<CountedExtent> {
    const [found] = await this.#rows(
      `SELECT count(*)::DOUBLE, min(event_time)::DOUBLE, max(event_time)::DOUBLE FROM rows WHERE ${within(range)}`,
    );
    const [rows = 0, first = null, last = null] = (found ?? []) as (number | null)[];
    return { rows: rows ?? 0, first, last };
  }

  async counts(range: TimeRange, unit: 'hour' | 'day'): Promise<QualityCounts> {
    const spans = await this.#spans({ where: within(range), start: startOf(unitMilliseconds[unit]) });
    return { spans, masked: maskedInputs(spans) };
  }

  /**
   * By the hour since a time, the start of a day, and by the day before it.
   * @param stretch event times, UTC epoch milliseconds, `until` being exclusive; both may be infinite
   * @param starts of the spans that are wanted, null for all
   */
  spansOf(
    { from, until }: { from: number; until: number },
    hoursSince: number,
    starts: readonly number[] | null,
  ): Promise<CountedSpan[]> {
    const { hour, day } = unitMilliseconds;
    const start = `CASE WHEN event_time >= ${hoursSince} THEN ${startOf(hour)} ELSE ${startOf(day)} END`;
    const [since, end] = [from, until].map((bound) => (Number.isFinite(bound) ? bound : null)) as [
      number | null,
      number | null,
    ];
    const wanted = starts === null ? '' : ` AND ${start} IN (${starts.join(', ') || 'NULL'})`;
    return this.#spans({ start, where: `${within({ since, until: end })}${wanted}` });
  }

  async arrivals(): Promise<ArrivalCounts> {
    const days = await this.#rows(
      `SELECT floor(event_time / ${dayMilliseconds}) * ${dayMilliseconds} AS day, count(*)::DOUBLE FROM rows GROUP BY day ORDER BY day`,
    );
    return {
      days: days.map(([day, rows]) => ({ day: Number(day), rows: Number(rows) })),
      minutes: await this.minutes(),
    };
  }

  /** Minutes since the epoch in which rows were received, ascending, the newest. */
  async minutes(): Promise<number[]> {
    const minutes = await this.#rows(
      `SELECT DISTINCT floor(received_at / 60000)::DOUBLE AS minute FROM rows ORDER BY minute DESC LIMIT ${newestMinutes}`,
    );
    return minutes.map(([minute]) => Number(minute)).reverse();
  }

  async #spans(wanted: Spans): Promise<CountedSpan[]> {
    const spans = new Map<number, GrowingSpan>();
    for (const group of this.#groups) {
      await this.#countValues(group, wanted, await this.#masked(group, wanted), spans);
      await this.#countFlags(group, wanted, spans);
    }
    return [...spans.values()].sort((one, other) => one.from - other.from);
  }

  async #masked({ paths }: VersionParts, { where }: Spans): Promise<string[]> {
    const rows = await this.#duck.rows(
      `SELECT DISTINCT f.field FROM (SELECT unnest(flags) AS f FROM ${parquetTable(paths)} WHERE ${where}) WHERE f.flag = 'masked'`,
    );
    return rows.map(([field]) => String(field));
  }

  async #countValues(
    { signature, paths }: VersionParts,
    { where, start }: Spans,
    masked: readonly string[],
    spans: Map<number, GrowingSpan>,
  ): Promise<void> {
    const measures = signature.inputs.flatMap(({ name, type }) => {
      const column = sqlName(inputColumn(name));
      const isMasked = `len(list_filter(flags, lambda f: f.flag = 'masked' AND f.field = ${sqlText(name)})) > 0`;
      const missing = masked.includes(name) ? `${column} IS NULL AND NOT (${isMasked})` : `${column} IS NULL`;
      const infinite = type === 'float64' || type === 'decimal' ? `isinf(${column})` : 'false';
      return [`count(*) FILTER (${missing})::DOUBLE`, `count(*) FILTER (${infinite})::DOUBLE`];
    });
    const rows = await this.#duck.rows(
      `SELECT ${start} AS span_start, count(*)::DOUBLE,
         count(*) FILTER (len(list_filter(flags, lambda f: f.flag <> 'masked')) > 0)::DOUBLE
         ${measures.map((measure) => `, ${measure}`).join('')}
       FROM ${parquetTable(paths)} WHERE ${where} GROUP BY span_start`,
    );
    for (const [at, count, flagged, ...values] of rows.map((row) => row.map(Number))) {
      const span = spanAt(spans, at as number);
      span.rows += count as number;
      span.flagged += flagged as number;
      for (const [index, { name }] of signature.inputs.entries()) {
        const counts = columnIn(span, name);
        counts.rows += count as number;
        counts.missing += values[2 * index] as number;
        counts.infinite += values[2 * index + 1] as number;
      }
    }
  }

  async #countFlags({ paths }: VersionParts, { where, start }: Spans, spans: Map<number, GrowingSpan>): Promise<void> {
    const rows = await this.#duck.rows(
      `SELECT span_start, f.field, f.flag, count(*)::DOUBLE
       FROM (SELECT ${start} AS span_start, unnest(flags) AS f FROM ${parquetTable(paths)} WHERE ${where}) GROUP BY ALL`,
    );
    for (const [at, field, flag, count] of rows) {
      const counted = countOfFlag[flag as Flag];
      if (counted) columnIn(spanAt(spans, Number(at)), String(field))[counted] += Number(count);
    }
  }

  async #rows(select: string) {
    if (this.#groups.length === 0) return [];
    const tables = this.#groups.map(({ paths }) => `SELECT event_time, received_at FROM ${parquetTable(paths)}`);
    return this.#duck.rows(`WITH rows AS (${tables.join(' UNION ALL ')}) ${select}`);
  }
}

function startOf(length: number): string {
  return `floor(event_time / ${length}) * ${length}`;
}

function within({ since, until }: TimeRange): string {
  return `event_time >= ${since ?? Number.MIN_SAFE_INTEGER} AND event_time < ${until ?? Number.MAX_SAFE_INTEGER}`;
}
