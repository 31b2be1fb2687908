import { mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DOUBLE, type DuckDBAppender, type DuckDBConnection, DuckDBDataChunk, USMALLINT } from '@duckdb/node-api';
import { dayMilliseconds } from '../../base/clock.ts';
import { syncFile, syncFolder } from '../../base/durable-files.ts';
import { parquetTable, sqlName, sqlText } from '../../store/duck.ts';
import type { AnswerColumn } from './answer-columns.ts';
import type { BatchAnswers } from './scoring-messages.ts';

/** A part is closed once it has so many answers: more parts wait longer for the disk, fewer lose more where work is killed. */
const partAnswers = 1_000_000;
/** The most rows of a chunk of DuckDB. */
const chunkRows = 2048;
/** Parts of a work that nobody took up again for so long are removed. */
const keptMilliseconds = 7 * dayMilliseconds;

const partPattern = /^(\d{12})-(\d{12})\.parquet$/;
const digits = (row: number) => String(row).padStart(12, '0');

/**
 * Answers on the disk, in the order of the rows: Parquet files called by the first row and the one after the last. Each gets
 * its name when it is whole, so that work that was killed goes on after the last of them.
 */
export class AnswerParts {
  readonly #folder: string;
  readonly #connection: DuckDBConnection;
  readonly #columns: readonly AnswerColumn[];
  readonly #paths: string[] = [];
  #rows = 0;
  #openRows = 0;
  #appender: DuckDBAppender | null = null;

  /**
   * @param folder of this work alone; what an earlier try left there is kept
   * @param connection to a DuckDB in which nothing else runs: a table that was dropped lies in memory for as long as a query
   * that was begun before
   */
  constructor(folder: string, connection: DuckDBConnection, columns: readonly AnswerColumn[]) {
    this.#folder = folder;
    this.#connection = connection;
    this.#columns = columns;
    mkdirSync(folder, { recursive: true });
    utimesSync(folder, new Date(), new Date());
    removeForgotten(dirname(folder));
    for (const name of readdirSync(folder).sort()) {
      const [, first, end] = partPattern.exec(name) ?? [];
      if (Number(first) !== this.#rows) continue;
      this.#paths.push(join(folder, name));
      this.#rows = Number(end);
    }
  }

  /** Rows whose answers are in parts that are whole. */
  get rows(): number {
    return this.#rows;
  }

  /** All parts as SQL, once `flush` has returned; the columns are called as `columnName` says. */
  get table(): string {
    return parquetTable(this.#paths);
  }

  /** The name of a column of answers in the parts. */
  columnName(index: number): string {
    return `answer ${index}`;
  }

  /** Adds the answers for the next rows. */
  async append(answers: BatchAnswers): Promise<void> {
    const { rows } = answers;
    this.#appender ??= await this.#openTable();
    for (let start = 0; start < rows; start += chunkRows) {
      this.#appender.appendDataChunk(chunkOf(answers, start, Math.min(rows, start + chunkRows)));
    }
    this.#openRows += rows;
    if (this.#openRows * this.#columns.length >= partAnswers) await this.flush();
  }

  /** Closes the part that is open. */
  async flush(): Promise<void> {
    if (this.#appender === null) return;
    this.#appender.closeSync();
    this.#appender = null;
    const end = this.#rows + this.#openRows;
    const path = join(this.#folder, `${digits(this.#rows)}-${digits(end)}.parquet`);
    const unfinished = `${path}.tmp`;
    const selects = this.#columns.map(({ answer }, index) => {
      const cell = sqlName(this.columnName(index));
      return `${answer(cell)} AS ${cell}`;
    });
    await this.#connection.run(
      `COPY (SELECT ${selects.join(', ')} FROM open_part) TO ${sqlText(unfinished)} (FORMAT parquet, COMPRESSION snappy)`,
    );
    await this.#connection.run('DROP TABLE open_part');
    syncFile(unfinished);
    renameSync(unfinished, path);
    syncFolder(this.#folder);
    this.#paths.push(path);
    this.#rows = end;
    this.#openRows = 0;
  }

  /** Removes all parts: the work is done. */
  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #openTable(): Promise<DuckDBAppender> {
    const columns = this.#columns.map(({ type }, index) => `${sqlName(this.columnName(index))} ${type}`);
    // Work that failed may have left one.
    await this.#connection.run(`CREATE OR REPLACE TABLE open_part (${columns.join(', ')})`);
    return this.#connection.createAppender('open_part');
  }
}

function removeForgotten(root: string): void {
  for (const name of readdirSync(root)) {
    const path = join(root, name);
    if (Date.now() - statSync(path).mtimeMs > keptMilliseconds) rmSync(path, { recursive: true, force: true });
  }
}

/** Rows of answers; what is not finite is NULL. */
function chunkOf({ labels, scores, width }: BatchAnswers, start: number, end: number): DuckDBDataChunk {
  const types = [...(labels ? [USMALLINT] : []), ...new Array<typeof DOUBLE>(width).fill(DOUBLE)];
  const chunk = DuckDBDataChunk.create(types, end - start);
  if (labels) chunk.setColumnValues(0, [...labels.subarray(start, end)]);
  for (let column = 0; column < width; column++) {
    const values: (number | null)[] = [];
    for (let row = start; row < end; row++) {
      const score = scores[row * width + column] as number;
      values.push(Number.isFinite(score) ? score : null);
    }
    chunk.setColumnValues(column + (labels ? 1 : 0), values);
  }
  return chunk;
}
