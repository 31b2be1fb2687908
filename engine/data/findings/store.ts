import type { Database } from '../../store/database.ts';

/** What was found out about rows, by their identity. */
export class ExaminationStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get<Content>(identity: string, subject: string): Content | undefined {
    const row = this.#database.get<{ content: string }>(
      'SELECT content FROM examinations WHERE identity = ? AND subject = ?',
      identity,
      subject,
    );
    return row && (JSON.parse(row.content) as Content);
  }

  put(identity: string, subject: string, content: unknown, now: number): void {
    this.#database.run(
      'INSERT OR REPLACE INTO examinations (identity, subject, content, created_at) VALUES (?, ?, ?, ?)',
      identity,
      subject,
      JSON.stringify(content),
      now,
    );
  }
}
