import { isDeepStrictEqual } from 'node:util';
import { dayMilliseconds } from '../../base/clock.ts';
import { classificationSums, type PerformanceSums, regressionSums } from '../../statistics/performance-sums.ts';
import type { Database } from '../../store/database.ts';
import type { Judged } from '../../train/for-jobs.ts';
import type { AnsweredRows } from './answered-rows.ts';
import { type JudgingRule, judgedRows, labelledPositions } from './judging.ts';

/** Rows of one day of event time that a log keeps no more. */
export interface PerformanceDay {
  /** UTC epoch milliseconds of its begin. */
  day: number;
  /** With and without a label. */
  rows: number;
  /** Of the labelled ones; null where there was none. */
  sums: PerformanceSums | null;
}

/** The rows of `performance_days`. */
export class PerformanceDays {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  add(deploymentId: string, days: readonly PerformanceDay[]): void {
    for (const { day, rows, sums } of days) {
      this.#database.run(
        'INSERT INTO performance_days (deployment_id, day, rows, sums) VALUES (?, ?, ?, ?)',
        deploymentId,
        day,
        rows,
        sums && JSON.stringify(sums),
      );
    }
  }

  /** Those that begin in [since, until), UTC epoch milliseconds, null being open, in the order of time; one may come again. */
  of(deploymentId: string, since: number | null, until: number | null): PerformanceDay[] {
    const rows = this.#database.all<{ day: number; rows: number; sums: string | null }>(
      'SELECT day, rows, sums FROM performance_days WHERE deployment_id = ? AND day >= ? AND day < ? ORDER BY day, rowid',
      deploymentId,
      since ?? Number.MIN_SAFE_INTEGER,
      until ?? Number.MAX_SAFE_INTEGER,
    );
    return rows.map(({ sums, ...day }) => ({ ...day, sums: sums === null ? null : JSON.parse(sums) }));
  }
}

/** Sums rows up by day of event time. */
export function sumUpDays({ rule, rows }: { rule: JudgingRule; rows: AnsweredRows }): PerformanceDay[] {
  const byDay = Map.groupBy(rows.eventTimes.keys(), (row) =>
    Math.floor((rows.eventTimes[row] as number) / dayMilliseconds),
  );
  return [...byDay].map(([day, positions]) => {
    const targets = Float64Array.from(positions, (row) => rows.targets[row] as number);
    const known = Int32Array.from(labelledPositions({ targets }), (place) => positions[place] as number);
    const sums = known.length === 0 ? null : sumsOf(judgedRows(rule, rows, known));
    return { day: day * dayMilliseconds, rows: positions.length, sums };
  });
}

/** A day without its sums where those are of another task or of other classes than the rule's: its rows count all the same. */
export function judgeable(day: PerformanceDay, { classes, task }: JudgingRule): PerformanceDay {
  const { sums } = day;
  if (sums === null) return day;
  const fits =
    sums.task === 'regression'
      ? task === 'regression'
      : task !== 'regression' && isDeepStrictEqual([...sums.classes], [...classes]);
  return fits ? day : { ...day, sums: null };
}

export function sumsOf({ answers, classes, target, task, threshold }: Judged): PerformanceSums {
  if (task === 'regression') return regressionSums({ targets: target, predictions: answers.values });
  return classificationSums({ classes, threshold, probabilities: answers.values, labels: Int32Array.from(target) });
}
