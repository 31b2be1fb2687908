import SqliteDatabase from 'better-sqlite3';
import { GalleyError } from '../base/errors.ts';
import { foldText } from '../base/fold-text.ts';
import { type Migration, migrations } from './migrations/index.ts';

export type SqlValue = null | number | bigint | string | Uint8Array;
export type SqlRow = Record<string, SqlValue>;

/**
 * The project's SQLite file: everything that is small and must be transactional. One process writes it (see lock.ts);
 * a transaction that returned is on the disk (WAL, synchronous=FULL). Its SQL knows `fold(text)`, see fold-text.ts.
 */
export class Database {
  readonly #sqlite: SqliteDatabase.Database;
  readonly #statements = new Map<string, SqliteDatabase.Statement>();

  constructor(path: string) {
    this.#sqlite = new SqliteDatabase(path);
    this.#sqlite.pragma('journal_mode = WAL');
    this.#sqlite.pragma('synchronous = FULL');
    this.#sqlite.pragma('foreign_keys = ON');
    this.#sqlite.function('fold', { deterministic: true }, (text) => (text === null ? null : foldText(String(text))));
  }

  /** Brings the schema up to date, or leaves it as it was. @throws GalleyError `store.newer_format` before anything is touched. */
  migrate(list: readonly Migration[] = migrations): void {
    const current = this.#sqlite.pragma('user_version', { simple: true }) as number;
    const newest = list.length;
    if (current > newest) {
      throw new GalleyError(
        'store.newer_format',
        `The project's database has format ${current}; this Galley knows formats up to ${newest}.`,
        { details: { found: current, known: newest } },
      );
    }
    if (current === newest) return;
    this.transaction(() => {
      for (const { sql } of list.slice(current)) this.#sqlite.exec(sql);
      this.#sqlite.pragma(`user_version = ${newest}`);
    });
  }

  /** Grows with every row that is written: what was read before is as good as new while it stays. */
  get changes(): number {
    return this.get<{ changes: number }>('SELECT total_changes() AS changes')?.changes ?? 0;
  }

  run(sql: string, ...values: SqlValue[]): number {
    return this.#prepare(sql).run(...values).changes;
  }

  all<Row = SqlRow>(sql: string, ...values: SqlValue[]): Row[] {
    return this.#prepare(sql).all(...values) as Row[];
  }

  /** The first column of each row: many rows are read in half the time that they take as objects. */
  column<Value = SqlValue>(sql: string, ...values: SqlValue[]): Value[] {
    const statement = this.#prepare(sql).pluck(true);
    try {
      return statement.all(...values) as Value[];
    } finally {
      statement.pluck(false);
    }
  }

  get<Row = SqlRow>(sql: string, ...values: SqlValue[]): Row | undefined {
    return this.#prepare(sql).get(...values) as Row | undefined;
  }

  /** All or nothing; a transaction inside another is part of the outer one. */
  transaction<Result>(work: () => Result): Result {
    return this.#sqlite.transaction(work).immediate();
  }

  /** Problems that SQLite finds in its own file, none where it is whole. */
  check(): string[] {
    const rows = this.#sqlite.pragma('integrity_check') as { integrity_check: string }[];
    return rows.map((row) => row.integrity_check).filter((line) => line !== 'ok');
  }

  close(): void {
    this.#sqlite.close();
  }

  #prepare(sql: string): SqliteDatabase.Statement {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#sqlite.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
