/**
 * In which line each row of a file begins. Only the rows are kept whose line does not simply follow that of the row before,
 * because of a blank line, a record of several lines or one that was left out.
 */
export class LineSteps {
  /** Rows, in order, before which lines are skipped … */
  readonly rows: number[] = [0];
  /** … and the line in which each of them begins. */
  readonly lines: number[];
  #offset: number;

  constructor(firstLine: number) {
    this.lines = [firstLine];
    this.#offset = firstLine;
  }

  /** The next row begins in this line. */
  add(row: number, line: number): void {
    if (line - row === this.#offset) return;
    this.#offset = line - row;
    if (row === 0) this.lines[0] = line;
    else {
      this.rows.push(row);
      this.lines.push(line);
    }
  }

  /** The line in which a row begins. */
  lineOf(row: number): number {
    let low = 0;
    let high = this.rows.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.rows[middle] as number) <= row) low = middle;
      else high = middle - 1;
    }
    return (this.lines[low] as number) + row - (this.rows[low] as number);
  }
}
