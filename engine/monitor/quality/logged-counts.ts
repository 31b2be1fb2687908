import { dayMilliseconds } from '../../base/clock.ts';
import type { PredictionFlag } from '../../contract/serving.ts';
import { inputColumn } from '../../deploy/index.ts';
import { type DuckReader, parquetTable, sqlName, sqlText } from '../../store/duck.ts';
import type { TimeRange, VersionParts } from '../logged-rows.ts';
import {
  type ArrivalCounts,
  type ColumnCounts,
  type CountedSpan,
  emptyColumn,
  type QualityCounter,
  type QualityCounts,
} from './quality-counts.ts';

const unitMilliseconds = { hour: dayMilliseconds / 24, day: dayMilliseconds } as const;
/** So many minutes tell how long the pauses between rows usually are. */
const newestMinutes = 5000;

type Span = Omit<CountedSpan, 'columns'> & { columns: Map<string, ColumnCounts> };

const countOfFlag: Record<PredictionFlag['flag'], keyof ColumnCounts | null> = {
  unseen_category: 'unseen',
  out_of_range: 'outOfRange',
  not_finite: null,
};

/** Counts from the rows of the prediction log, for as long as there are any. */
export class LoggedCounts implements QualityCounter {
  readonly #duck: DuckReader;
  readonly #groups: readonly VersionParts[];

  constructor(duck: DuckReader, groups: readonly VersionParts[]) {
    this.#duck = duck;
    this.#groups = groups;
  }

  async counts(range: TimeRange, unit: 'hour' | 'day'): Promise<QualityCounts> {
    const length = unitMilliseconds[unit];
    const spans = new Map<number, Span>();
    const masked = new Set<string>();
    for (const group of this.#groups) {
      const fields = await this.#masked(group, range);
      for (const field of fields) masked.add(field);
      await this.#countValues(group, range, length, fields, spans);
      await this.#countFlags(group, range, length, spans);
    }
    return { spans: [...spans.values()].sort((one, other) => one.from - other.from), masked };
  }

  async arrivals(): Promise<ArrivalCounts> {
    const days = await this.#rows(
      `SELECT floor(event_time / ${dayMilliseconds}) * ${dayMilliseconds} AS day, count(*)::DOUBLE FROM rows GROUP BY day ORDER BY day`,
    );
    const minutes = await this.#rows(
      `SELECT DISTINCT floor(received_at / 60000)::DOUBLE AS minute FROM rows ORDER BY minute DESC LIMIT ${newestMinutes}`,
    );
    return {
      days: days.map(([day, rows]) => ({ day: Number(day), rows: Number(rows) })),
      minutes: minutes.map(([minute]) => Number(minute)).reverse(),
    };
  }

  async #masked({ paths }: VersionParts, range: TimeRange): Promise<string[]> {
    const rows = await this.#duck.rows(
      `SELECT DISTINCT f.field FROM (SELECT unnest(flags) AS f FROM ${parquetTable(paths)} WHERE ${within(range)}) WHERE f.flag = 'masked'`,
    );
    return rows.map(([field]) => String(field));
  }

  async #countValues(
    { signature, paths }: VersionParts,
    range: TimeRange,
    length: number,
    masked: readonly string[],
    spans: Map<number, Span>,
  ): Promise<void> {
    const measures = signature.inputs.flatMap(({ name, type }) => {
      const column = sqlName(inputColumn(name));
      const isMasked = `len(list_filter(flags, lambda f: f.flag = 'masked' AND f.field = ${sqlText(name)})) > 0`;
      const missing = masked.includes(name) ? `${column} IS NULL AND NOT (${isMasked})` : `${column} IS NULL`;
      const infinite = type === 'float64' || type === 'decimal' ? `isinf(${column})` : 'false';
      return [`count(*) FILTER (${missing})::DOUBLE`, `count(*) FILTER (${infinite})::DOUBLE`];
    });
    const rows = await this.#duck.rows(
      `SELECT ${startOf(length)} AS span_start, count(*)::DOUBLE,
         count(*) FILTER (len(list_filter(flags, lambda f: f.flag <> 'masked')) > 0)::DOUBLE
         ${measures.map((measure) => `, ${measure}`).join('')}
       FROM ${parquetTable(paths)} WHERE ${within(range)} GROUP BY span_start`,
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

  async #countFlags(
    { paths }: VersionParts,
    range: TimeRange,
    length: number,
    spans: Map<number, Span>,
  ): Promise<void> {
    const rows = await this.#duck.rows(
      `SELECT span_start, f.field, f.flag, count(*)::DOUBLE
       FROM (SELECT ${startOf(length)} AS span_start, unnest(flags) AS f FROM ${parquetTable(paths)} WHERE ${within(range)})
       WHERE f.flag <> 'masked' GROUP BY ALL`,
    );
    for (const [at, field, flag, count] of rows) {
      const counted = countOfFlag[flag as PredictionFlag['flag']];
      if (!counted) continue;
      columnIn(spanAt(spans, Number(at)), String(field))[counted] += Number(count);
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

function spanAt(spans: Map<number, Span>, from: number): Span {
  const known = spans.get(from);
  if (known) return known;
  const span = { from, rows: 0, flagged: 0, columns: new Map() };
  spans.set(from, span);
  return span;
}

function columnIn({ columns }: Span, name: string): ColumnCounts {
  const known = columns.get(name);
  if (known) return known;
  const counts = { ...emptyColumn };
  columns.set(name, counts);
  return counts;
}
