import { isoTime } from '../base/clock.ts';
import type { ErrorReport } from '../contract/errors.ts';
import type { Job, JobProgress, JobState } from '../contract/jobs.ts';
import type { Database } from '../store/database.ts';

interface JobRow {
  id: string;
  kind: string;
  title: string;
  state: JobState;
  progress: string | null;
  result: string | null;
  error: string | null;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
}

const columns = 'id, kind, title, state, progress, result, error, created_at, started_at, finished_at';
const parse = (text: string | null) => (text === null ? null : JSON.parse(text));
const time = (value: number | null) => (value === null ? null : isoTime(value));

function toJob(row: JobRow): Job {
  return {
    id: row.id,
    kind: row.kind,
    title: row.title,
    state: row.state,
    progress: parse(row.progress) as JobProgress | null,
    createdAt: isoTime(row.created_at),
    startedAt: time(row.started_at),
    finishedAt: time(row.finished_at),
    result: parse(row.result),
    error: parse(row.error) as ErrorReport | null,
  };
}

/** The rows of `jobs`. */
export class JobStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  insert(id: string, kind: string, title: string, input: unknown, now: number): void {
    this.#database.run(
      "INSERT INTO jobs (id, kind, title, state, input, created_at) VALUES (?, ?, ?, 'queued', ?, ?)",
      id,
      kind,
      title,
      JSON.stringify(input ?? null),
      now,
    );
  }

  start(id: string, now: number): void {
    this.#database.run("UPDATE jobs SET state = 'running', started_at = ? WHERE id = ?", now, id);
  }

  finish(
    id: string,
    state: JobState,
    result: unknown,
    error: ErrorReport | null,
    progress: JobProgress | null,
    now: number,
  ): void {
    this.#database.run(
      'UPDATE jobs SET state = ?, result = ?, error = ?, progress = ?, finished_at = ? WHERE id = ?',
      state,
      result === undefined ? null : JSON.stringify(result),
      error && JSON.stringify(error),
      progress && JSON.stringify(progress),
      now,
      id,
    );
  }

  /** Jobs that an engine left unfinished when it ended. Answers how many. */
  interruptUnfinished(error: ErrorReport, now: number): number {
    return this.#database.run(
      "UPDATE jobs SET state = 'interrupted', error = ?, finished_at = ? WHERE state IN ('queued', 'running')",
      JSON.stringify(error),
      now,
    );
  }

  get(id: string): Job | undefined {
    const row = this.#database.get<JobRow>(`SELECT ${columns} FROM jobs WHERE id = ?`, id);
    return row && toJob(row);
  }

  list(limit: number): Job[] {
    return this.#database
      .all<JobRow>(`SELECT ${columns} FROM jobs ORDER BY created_at DESC, id DESC LIMIT ?`, limit)
      .map(toJob);
  }
}
