import { type CardField, cardFields } from '../../contract/package-card.ts';
import type { Database } from '../../store/database.ts';

/** One change of a part of a card. */
export interface CardEdit {
  version: number;
  field: CardField;
  /** Empty where it was taken away. */
  text: string;
  /** UTC epoch milliseconds. */
  at: number;
  by: string;
}

/** The rows of `card_edits`: what authors wrote in the cards of a model, all of it. */
export class CardStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Oldest first. */
  edits(modelId: string): CardEdit[] {
    return this.#database
      .all<CardEdit>('SELECT version, field, text, at, by FROM card_edits WHERE model_id = ? ORDER BY id', modelId)
      .filter(({ field }) => cardFields.includes(field));
  }

  add(modelId: string, { version, field, text, at, by }: CardEdit): void {
    this.#database.run(
      'INSERT INTO card_edits (model_id, version, field, text, at, by) VALUES (?, ?, ?, ?, ?, ?)',
      modelId,
      version,
      field,
      text,
      at,
      by,
    );
  }
}

/** Which part was last written for a version: its own, else what the version before it had when this one was made. */
export type CurrentText = Map<CardField, CardEdit>;

/**
 * @param edits of the model, oldest first.
 * @param made when each version was made, in UTC epoch milliseconds; versions that are gone are not in it.
 */
export function currentText(
  edits: readonly CardEdit[],
  version: number,
  made: ReadonlyMap<number, number>,
): CurrentText {
  const current: CurrentText = new Map();
  const numbers = [...new Set([version, ...made.keys(), ...edits.map((edit) => edit.version)])]
    .filter((number) => number <= version)
    .sort((one, other) => other - one);
  let until = Number.POSITIVE_INFINITY;
  for (const number of numbers) {
    for (const edit of edits.toReversed()) {
      if (edit.version === number && edit.at <= until && !current.has(edit.field)) current.set(edit.field, edit);
    }
    until = Math.min(until, made.get(number) ?? until);
  }
  return current;
}
