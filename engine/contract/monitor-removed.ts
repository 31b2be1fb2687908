import Type, { type Static } from 'typebox';
import { Time } from './values.ts';

/** Rows of a range that the log keeps no more: their sums are known, what each of them was is not. */
export const RemovedPart = Type.Object({
  rows: Type.Integer(),
  /** Event times between which they lie, to the day; exclusive. Others may lie there too. */
  since: Time,
  until: Time,
});
export type RemovedPart = Static<typeof RemovedPart>;

/** `1,200 rows of 2024-01-01 to 2024-01-31 are no longer in the log`. */
export function removedWords({ rows, since, until }: RemovedPart): string {
  const isDays = [since, until].every((time) => time.endsWith('T00:00:00.000Z'));
  const last = isDays ? new Date(Date.parse(until) - 1).toISOString() : until;
  const [from, to] = [since, last].map((time) => time.slice(0, isDays ? 10 : 16).replace('T', ' '));
  const span = from === to ? from : `${from} to ${to}`;
  return `${rows.toLocaleString('en-US')} ${rows === 1 ? 'row' : 'rows'} of ${span} ${rows === 1 ? 'is' : 'are'} no longer in the log`;
}
