import { type Frame, findColumn, selectRows } from '../../base/frame.ts';

/** Rows with a time, and what of them is known at a moment of the simulated clock. Times are UTC epoch milliseconds. */
export class KnownRows {
  readonly frame: Frame;
  readonly timeColumn: string;
  readonly #times: Float64Array;
  readonly #labelDelay: number;
  #latest: { now: number; frame: Frame } | null = null;

  /**
   * @param timeColumn a date or time column of the frame.
   * @param labelDelay milliseconds from a row's time until it is known what came true.
   */
  constructor(frame: Frame, timeColumn: string, labelDelay: number) {
    this.frame = frame;
    this.timeColumn = timeColumn;
    this.#times = findColumn(frame, timeColumn)?.values as Float64Array;
    this.#labelDelay = labelDelay;
  }

  /** Rows that never come, because they have no time. */
  get withoutTime(): number {
    return this.#times.reduce((sum, time) => sum + Number(Number.isNaN(time)), 0);
  }

  /** Times of all rows that have one, ascending. */
  sortedTimes(): Float64Array {
    return this.#times.filter((time) => !Number.isNaN(time)).sort();
  }

  /** Whether it is known by then what came true for a row. */
  isLabelled(row: number, now: number): boolean {
    return (this.#times[row] as number) + this.#labelDelay < now;
  }

  /** Rows in [from, to), in the order of the dataset. */
  between(from: number, to: number): Int32Array {
    return this.#where((row) => (this.#times[row] as number) >= from && (this.#times[row] as number) < to);
  }

  /** What the dataset holds by then: the rows of which it is known what came true. */
  datasetAt(now: number): Frame {
    if (this.#latest?.now !== now) {
      this.#latest = {
        now,
        frame: selectRows(
          this.frame,
          this.#where((row) => this.isLabelled(row, now)),
        ),
      };
    }
    return this.#latest.frame;
  }

  /** The time of its newest row; undefined where there is none. */
  newestAt(now: number): number | undefined {
    const newest = this.#times.reduce(
      (latest, time, row) => (this.isLabelled(row, now) && time > latest ? time : latest),
      Number.NEGATIVE_INFINITY,
    );
    return Number.isFinite(newest) ? newest : undefined;
  }

  #where(holds: (row: number) => boolean): Int32Array {
    const rows: number[] = [];
    for (let row = 0; row < this.#times.length; row++) if (holds(row)) rows.push(row);
    return Int32Array.from(rows);
  }
}
