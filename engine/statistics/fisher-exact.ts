import { logGamma } from './special-functions.ts';

/** Rows that count, of so many. */
export interface Part {
  hits: number;
  rows: number;
}

export interface FisherTest {
  /** Chance of a table that is no more likely than this one: what R and scipy call two-sided. */
  twoSided: number;
  /** Chance of so many hits of the second part, or more. */
  greater: number;
}

/** Rounding may not make a table of the other side, which is as likely, look more likely: as scipy has it. */
const tolerance = 1 + 1e-7;
const negligible = 1e-18;

/**
 * Fisher's (1922) exact test of two shares: whatever the sizes, an alarm of chance is no more frequent than the level. The
 * time it takes grows with the standard deviation of the hits, not with the rows.
 * @param one, other whole numbers. @returns null where a side has no rows.
 */
export function fisherExact(one: Part, other: Part): FisherTest | null {
  if (one.rows === 0 || other.rows === 0) return null;
  const law = hypergeometric(one.hits + other.hits, one.rows + other.rows, other.rows);
  const { hits } = other;
  return {
    twoSided: Math.min(
      1,
      hits >= law.mode ? law.above(hits) + law.oppositeBelow(hits) : law.below(hits) + law.oppositeAbove(hits),
    ),
    greater: hits > law.mode ? law.above(hits) : 1 - law.below(hits - 1),
  };
}

/** Hits among rows that are drawn of all of them without being put back. */
function hypergeometric(hits: number, rows: number, drawn: number) {
  const [least, most] = [Math.max(0, hits + drawn - rows), Math.min(hits, drawn)];
  const mode = Math.floor(((hits + 1) * (drawn + 1)) / (rows + 2));
  const all = logChoices(rows, drawn);
  const chance = (count: number) => Math.exp(logChoices(hits, count) + logChoices(rows - hits, drawn - count) - all);
  /** Chance of the next count as a multiple of that of this one. */
  const growth = (count: number) =>
    ((hits - count) * (drawn - count)) / ((count + 1) * (rows - hits - drawn + count + 1));
  const above = (from: number): number => {
    if (from > most) return 0;
    let [sum, term] = [0, chance(from)];
    for (let count = from; count <= most && term > sum * negligible; count++) {
      sum += term;
      term *= growth(count);
    }
    return sum;
  };
  const below = (from: number): number => {
    if (from < least) return 0;
    let [sum, term] = [0, chance(from)];
    for (let count = from; count >= least && term > sum * negligible; count--) {
      sum += term;
      term /= growth(count - 1);
    }
    return sum;
  };
  return {
    mode,
    above,
    below,
    /** Of counts on the other side of the mode that are no more likely than this one. */
    oppositeBelow: (count: number) => {
      const likely = chance(count) * tolerance;
      return below(firstWhere(least, mode, (low) => chance(low) > likely) - 1);
    },
    oppositeAbove: (count: number) => {
      const likely = chance(count) * tolerance;
      return above(firstWhere(mode, most + 1, (high) => chance(high) <= likely));
    },
  };
}

/** The first whole number in [low, high) for which it holds, as it does for all after it; `high` where there is none. */
function firstWhere(low: number, high: number, holds: (value: number) => boolean): number {
  let [first, end] = [low, high];
  while (first < end) {
    const middle = Math.floor((first + end) / 2);
    if (holds(middle)) end = middle;
    else first = middle + 1;
  }
  return first;
}

function logChoices(of: number, taken: number): number {
  return logGamma(of + 1) - logGamma(taken + 1) - logGamma(of - taken + 1);
}
