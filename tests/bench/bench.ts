/** One line of the table that `npm run bench` prints. */
export interface Row {
  measure: string;
  value: number;
  /** `s`, `ms`, `MB`, `rows/s`, `requests/s` … */
  unit: string;
  /** This value as a multiple of the yardstick measured in the same run. */
  ratio?: number;
  /** What the value or the ratio should be, in words: `at most 3 ×`. */
  target?: string;
}

/** What a file `tests/bench/*.bench.ts` exports as its default. */
export interface Bench {
  name: string;
  run(): Promise<Row[]>;
}
