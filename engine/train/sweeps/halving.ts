/** Of the trials on a rung one in so many goes on. */
const reduction = 3;

/** A measurement with a share of everything has to see this many rows, rounds or epochs at least. */
const fewestUnits = { rows: 300, rounds: 5 } as const;

/**
 * Shares of the full resource that come before it, ascending: 1/9 and 1/3 as far as they leave enough to measure.
 * @param units how many rows, or rounds or epochs, a whole fit has.
 */
export function rungShares(resource: keyof typeof fewestUnits, units: number): number[] {
  return [reduction ** -2, reduction ** -1].filter((share) => share * units >= fewestUnits[resource]);
}

/** A trial on a rung; the score is null where it has no value. */
export interface Standing {
  trial: number;
  score: number | null;
  /** Whether it went on already. */
  promoted: boolean;
}

/**
 * Asynchronous successive halving (Li, Jamieson, Rostamizadeh, Gonina, Hardt, Recht, Talwalkar 2020): a trial may go on
 * as soon as it is among the best third of those that finished its rung; nobody waits for a rung to be full.
 * @param standings all that finished the rung.
 * @param isFinal nothing new will come onto the rung: one goes on even where there are fewer than three.
 * @returns the best trial that may go on and did not yet.
 */
export function promotable(
  standings: readonly Standing[],
  higherIsBetter: boolean,
  isFinal = false,
): number | undefined {
  const ranked = rankStandings(standings, higherIsBetter);
  const allowed = Math.max(isFinal ? 1 : 0, Math.floor(ranked.length / reduction));
  return ranked.slice(0, allowed).find(({ promoted, score }) => !promoted && score !== null)?.trial;
}

/** Best first; equal ones in the order of their start. */
export function rankStandings(standings: readonly Standing[], higherIsBetter: boolean): Standing[] {
  const worst = Number.NEGATIVE_INFINITY;
  const value = ({ score }: Standing) => (score === null ? worst : higherIsBetter ? score : -score);
  return standings.toSorted((left, right) => compare(value(right), value(left)) || left.trial - right.trial);
}

function compare(left: number, right: number): number {
  return left === right ? 0 : left < right ? -1 : 1;
}
