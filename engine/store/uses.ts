import type { Database } from './database.ts';

export interface Subject {
  /** `dataset_version`, `run`, `model_version`, `deployment`, `pipeline`. */
  kind: string;
  id: string;
}

export interface User extends Subject {
  label: string;
}

/** Who uses what, written by the phases in their own transactions; lineage and deleting read it. */
export class Uses {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  add(user: User, used: Subject): void {
    this.#database.run(
      'INSERT OR REPLACE INTO uses (user_kind, user_id, user_label, used_kind, used_id) VALUES (?, ?, ?, ?, ?)',
      user.kind,
      user.id,
      user.label,
      used.kind,
      used.id,
    );
  }

  remove(user: Subject, used: Subject): void {
    this.#database.run(
      'DELETE FROM uses WHERE user_kind = ? AND user_id = ? AND used_kind = ? AND used_id = ?',
      user.kind,
      user.id,
      used.kind,
      used.id,
    );
  }

  /** Forgets what a user that is gone used. */
  removeAllOf(user: Subject): void {
    this.#database.run('DELETE FROM uses WHERE user_kind = ? AND user_id = ?', user.kind, user.id);
  }

  /** A user has another name. */
  relabel(user: User): void {
    this.#database.run(
      'UPDATE uses SET user_label = ? WHERE user_kind = ? AND user_id = ?',
      user.label,
      user.kind,
      user.id,
    );
  }

  usersOf(used: Subject): User[] {
    return this.#database.all<User & Record<string, never>>(
      'SELECT user_kind AS kind, user_id AS id, user_label AS label FROM uses WHERE used_kind = ? AND used_id = ? ORDER BY user_id',
      used.kind,
      used.id,
    );
  }
}
