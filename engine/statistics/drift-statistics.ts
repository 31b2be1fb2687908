import type { DriftDefinition } from '../contract/monitor-drift.ts';
import { chiSquareTest } from './chi-square.ts';
import { hellingerDistance, jensenShannonDistance } from './distances.ts';
import { type SlotComparison, slotCounts, slotScore } from './drift-judgement.ts';
import type { DriftSample, NumericSample } from './drift-sample.ts';
import { kolmogorovSmirnovOfSorted } from './kolmogorov-smirnov.ts';
import { twoProportionTest } from './proportions.ts';
import { measureShareChange } from './share-change.ts';
import { countBelow, meanAndDeviation } from './summary.ts';
import { wassersteinDistanceOfSorted } from './wasserstein.ts';

/** Statistics by the names of scipy and of the common drift tools; null where undefined. */
export type DriftStatistics = Record<string, number | null>;

/**
 * What counts alone say: psi, js_distance, hellinger and the chi-square test over the slots; rows; the shares of missing and of
 * unseen rows, their change and its z test.
 */
export function slotStatistics(comparison: SlotComparison, definition: DriftDefinition): DriftStatistics {
  const { slots, rows, missing, unseen } = comparison;
  const { reference, current } = slotCounts(slots);
  const test = chiSquareTest(reference, current);
  return {
    psi: slotScore(slots, definition),
    js_distance: jensenShannonDistance(reference, current),
    hellinger: hellingerDistance(reference, current),
    chi2: test?.statistic ?? null,
    chi2_p: test?.p ?? null,
    chi2_dof: test?.degreesOfFreedom ?? null,
    cramers_v: test?.cramersV ?? null,
    rows_reference: rows.reference,
    rows_current: rows.current,
    missing_reference: missing.reference,
    missing_current: missing.current,
    ...shareStatistics('missing', measureShareChange(missing, rows)),
    ...shareStatistics('unseen', unseen && measureShareChange(unseen, rows, Math.max(unseen.clump, 1))),
  };
}

function shareStatistics(name: string, change: ReturnType<typeof measureShareChange>): DriftStatistics {
  return {
    [`${name}_share_reference`]: change?.reference ?? null,
    [`${name}_share_current`]: change?.current ?? null,
    [`${name}_change`]: change?.change ?? null,
    [`${name}_z`]: change?.z ?? null,
    [`${name}_p`]: change?.p ?? null,
  };
}

/**
 * What only the values say: Kolmogorov-Smirnov (p by Smirnov's asymptotic law), Wasserstein, plain and in standard deviations of
 * the reference, the means, and the two-proportion z test where both sides together have two values. Of numbers the
 * finite ones count.
 */
export function valueStatistics(reference: DriftSample, current: DriftSample): DriftStatistics {
  const numbers =
    reference.kind !== 'text' && current.kind !== 'text'
      ? numericStatistics(reference, current)
      : {
          ks_statistic: null,
          ks_p: null,
          wasserstein: null,
          wasserstein_normalised: null,
          mean_reference: null,
          mean_current: null,
        };
  return { ...numbers, ...twoValueStatistics(reference, current) };
}

function numericStatistics(reference: NumericSample, current: NumericSample): DriftStatistics {
  const [first, second] = [reference.sorted, current.sorted];
  const test = kolmogorovSmirnovOfSorted(first, second);
  const distance = wassersteinDistanceOfSorted(first, second);
  const [before, now] = [meanAndDeviation(first), meanAndDeviation(second)];
  const infinite = ({ infinite: { negative, positive } }: NumericSample) => negative + positive;
  return {
    ks_statistic: test?.statistic ?? null,
    ks_p: test?.p ?? null,
    wasserstein: distance,
    wasserstein_normalised: distance === null || !before?.deviation ? null : distance / before.deviation,
    mean_reference: before?.mean ?? null,
    mean_current: now?.mean ?? null,
    infinite_reference: infinite(reference),
    infinite_current: infinite(current),
  };
}

function twoValueStatistics(reference: DriftSample, current: DriftSample): DriftStatistics {
  const [before, now] = [secondValueRows(reference, current), secondValueRows(current, reference)];
  const test = before && now && twoProportionTest(before.hits, before.rows, now.hits, now.rows);
  return { z: test?.z ?? null, z_p: test?.p ?? null };
}

/** Rows with the second of the two values of both sides, in their order; null where there are not just two. */
function secondValueRows(sample: DriftSample, other: DriftSample): { hits: number; rows: number } | null {
  if (sample.kind === 'text' || other.kind === 'text') {
    if (sample.kind !== 'text' || other.kind !== 'text') return null;
    const levels = new Set(sample.counts.keys());
    for (const level of other.counts.keys()) if (levels.size <= 2) levels.add(level);
    if (levels.size !== 2) return null;
    const [, second] = [...levels].sort();
    return { hits: sample.counts.get(second as string) ?? 0, rows: sample.rows - sample.missing };
  }
  const values = new Set([sample, other].flatMap(({ sorted }) => [sorted[0], sorted.at(-1)]));
  values.delete(undefined);
  if (values.size !== 2) return null;
  const [first, second] = [...(values as Set<number>)].sort((one, next) => one - next) as [number, number];
  const hits = countBelow(sample.sorted, Number.POSITIVE_INFINITY) - countBelow(sample.sorted, second);
  const isTwo = [sample, other].every(({ sorted }) => {
    const below = countBelow(sorted, second);
    return below === 0 || sorted[below - 1] === first;
  });
  return isTwo ? { hits, rows: sample.sorted.length } : null;
}
