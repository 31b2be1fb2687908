import type { Random } from '../base/random.ts';
import { bootstrapRepeats, type Interval, percentileInterval } from './bootstrap.ts';

/** What was decided about the rows of one group, and what was true of them. */
export interface GroupCounts {
  n: number;
  /** Rows that were given the favourable answer. */
  selected: number;
  /** Rows that really have it. */
  positives: number;
  truePositives: number;
  falsePositives: number;
}

export interface GroupRates {
  selection_rate: number | null;
  base_rate: number | null;
  tpr: number | null;
  fpr: number | null;
  accuracy: number | null;
  precision: number | null;
}

/** Fairlearn's definitions, method `between_groups`; null where fewer than two groups have the rate. */
export interface FairnessDifferences {
  demographic_parity_difference: number | null;
  demographic_parity_ratio: number | null;
  /** The larger difference of the true and of the false positive rates. */
  equalized_odds_difference: number | null;
  equalized_odds_ratio: number | null;
  /** Of the true positive rates. */
  equal_opportunity_difference: number | null;
}

/** Decisions of rows: which group each is in, whether it is favourable, whether it should be. */
export interface Decisions {
  /** One a row, in [0, groupCount); -1 for a row of no group. */
  groups: Int32Array;
  groupCount: number;
  /** 1 where the row really has the favourable class. */
  actual: Uint8Array;
  /** 1 where it was given. */
  selected: Uint8Array;
}

/** What one cell of group, truth and decision has; four a group: neither, selected, actual, both. */
function cellCounts({ groups, groupCount, actual, selected }: Decisions): Float64Array {
  const cells = new Float64Array(groupCount * 4);
  for (let row = 0; row < groups.length; row++) {
    if ((groups[row] as number) < 0) continue;
    const cell = (groups[row] as number) * 4 + (actual[row] as number) * 2 + (selected[row] as number);
    cells[cell] = (cells[cell] as number) + 1;
  }
  return cells;
}

function groupsOfCells(cells: Float64Array): GroupCounts[] {
  return Array.from({ length: cells.length / 4 }, (_, group) => {
    const [neither = 0, falsePositives = 0, missed = 0, truePositives = 0] = cells.subarray(group * 4, group * 4 + 4);
    return {
      n: neither + falsePositives + missed + truePositives,
      selected: falsePositives + truePositives,
      positives: missed + truePositives,
      truePositives,
      falsePositives,
    };
  });
}

export function groupCounts(decisions: Decisions): GroupCounts[] {
  return groupsOfCells(cellCounts(decisions));
}

/** Hits and rows of each rate, for its value and its interval. */
export function rateParts(counts: GroupCounts): Record<keyof GroupRates, [hits: number, rows: number]> {
  const { n, selected, positives, truePositives, falsePositives } = counts;
  const negatives = n - positives;
  return {
    selection_rate: [selected, n],
    base_rate: [positives, n],
    tpr: [truePositives, positives],
    fpr: [falsePositives, negatives],
    accuracy: [truePositives + negatives - falsePositives, n],
    precision: [truePositives, selected],
  };
}

/** Null where there is no row to divide by. */
export function groupRates(counts: GroupCounts): GroupRates {
  return Object.fromEntries(
    Object.entries(rateParts(counts)).map(([name, [hits, rows]]) => [name, rows === 0 ? null : hits / rows]),
  ) as unknown as GroupRates;
}

export function fairnessDifferences(groups: readonly GroupCounts[]): FairnessDifferences {
  const rates = groups.map(groupRates);
  const selection = spread(rates.map(({ selection_rate }) => selection_rate));
  const hits = spread(rates.map(({ tpr }) => tpr));
  const alarms = spread(rates.map(({ fpr }) => fpr));
  return {
    demographic_parity_difference: selection.difference,
    demographic_parity_ratio: selection.ratio,
    equalized_odds_difference: extreme(Math.max, hits.difference, alarms.difference),
    equalized_odds_ratio: extreme(Math.min, hits.ratio, alarms.ratio),
    equal_opportunity_difference: hits.difference,
  };
}

/** Largest minus smallest, and smallest by largest; null where fewer than two are there, the ratio also where all are 0. */
export function spread(values: readonly (number | null)[]): { difference: number | null; ratio: number | null } {
  const present = values.filter((value) => value !== null);
  if (present.length < 2) return { difference: null, ratio: null };
  const [least, most] = [Math.min(...present), Math.max(...present)];
  return { difference: most - least, ratio: most === 0 ? null : least / most };
}

function extreme(of: (...values: number[]) => number, left: number | null, right: number | null): number | null {
  if (left === null || right === null) return left ?? right;
  return of(left, right);
}

/**
 * 95 % percentile bootstrap intervals of the differences between groups. Largest minus smallest is never below 0, and so
 * is no end of its interval: small differences of small groups are within what chance gives although 0 is outside.
 */
export function fairnessIntervals(decisions: Decisions, random: Random): Record<string, Interval | null> {
  const { groups, groupCount, actual, selected } = decisions;
  const cells = Int32Array.from(groups, (group, row) =>
    group < 0 ? -1 : group * 4 + (actual[row] as number) * 2 + (selected[row] as number),
  ).filter((cell) => cell >= 0);
  const rows = cells.length;
  const repeats = bootstrapRepeats(rows);
  const draws: Record<string, number[]> = {};
  const drawn = new Float64Array(groupCount * 4);
  for (let repeat = 0; rows > 0 && repeat < repeats; repeat++) {
    drawn.fill(0);
    for (let row = 0; row < rows; row++) {
      const cell = cells[Math.floor(random() * rows)] as number;
      drawn[cell] = (drawn[cell] as number) + 1;
    }
    for (const [name, value] of Object.entries(fairnessDifferences(groupsOfCells(drawn)))) {
      draws[name] ??= [];
      if (value !== null) draws[name].push(value);
    }
  }
  return Object.fromEntries(
    Object.entries(draws).map(([name, values]) => [name, percentileInterval(values, { repeats })]),
  );
}
