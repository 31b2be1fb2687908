import type { Random } from '../base/random.ts';
import { bootstrapRepeats, countedBootstrap, type Interval } from './bootstrap.ts';
import { spread } from './fairness.ts';

/** Errors of rows by group, for a regression. */
export interface GroupErrors {
  /** One a row, in [0, groupCount); -1 for a row of no group. */
  groups: Int32Array;
  groupCount: number;
  /** Predicted minus actual. */
  errors: Float64Array;
}

export interface ErrorFigures {
  /** Mean of predicted minus actual: above 0 where the group is given too much. */
  mean_error: number | null;
  mae: number | null;
}

/** Figures of each group with bootstrap intervals, and the largest difference between groups of either. */
export function groupErrors(
  { groups, groupCount, errors }: GroupErrors,
  random: Random,
): {
  groups: { figures: ErrorFigures; intervals: Record<string, Interval | null> }[];
  differences: Record<string, { value: number | null; interval: Interval | null }>;
} {
  const figuresOf = (counts: Int32Array): ErrorFigures[] => {
    const rows = new Float64Array(groupCount);
    const [sums, sizes] = [new Float64Array(groupCount), new Float64Array(groupCount)];
    for (let row = 0; row < errors.length; row++) {
      const group = groups[row] as number;
      const count = counts[row] as number;
      if (group < 0 || count === 0) continue;
      rows[group] = (rows[group] as number) + count;
      sums[group] = (sums[group] as number) + count * (errors[row] as number);
      sizes[group] = (sizes[group] as number) + count * Math.abs(errors[row] as number);
    }
    return Array.from(rows, (n, group) =>
      n === 0
        ? { mean_error: null, mae: null }
        : { mean_error: (sums[group] as number) / n, mae: (sizes[group] as number) / n },
    );
  };
  const named = (figures: ErrorFigures[]) => ({
    ...Object.fromEntries(
      figures.flatMap(({ mean_error, mae }, group) => [
        [`mean_error ${group}`, mean_error],
        [`mae ${group}`, mae],
      ]),
    ),
    mean_error_difference: spread(figures.map(({ mean_error }) => mean_error)).difference,
    mae_difference: spread(figures.map(({ mae }) => mae)).difference,
  });
  const whole = figuresOf(new Int32Array(errors.length).fill(1));
  const values: Record<string, number | null> = named(whole);
  const intervals = countedBootstrap(errors.length, (counts) => named(figuresOf(counts)), {
    random,
    repeats: bootstrapRepeats(errors.length),
  });
  const difference = (name: string) => ({ value: values[name] ?? null, interval: intervals[name] ?? null });
  return {
    groups: whole.map((figures, group) => ({
      figures,
      intervals: { mean_error: intervals[`mean_error ${group}`] ?? null, mae: intervals[`mae ${group}`] ?? null },
    })),
    differences: {
      mean_error_difference: difference('mean_error_difference'),
      mae_difference: difference('mae_difference'),
    },
  };
}
