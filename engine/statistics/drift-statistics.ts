import { chiSquareTest } from './chi-square.ts';
import { hellingerDistance, jensenShannonDistance, populationStabilityIndex } from './distances.ts';
import {
  countMissing,
  type DriftColumn,
  type DriftDefinition,
  type DriftSlot,
  type NumericDriftColumn,
} from './drift-slots.ts';
import { kolmogorovSmirnovOfSorted } from './kolmogorov-smirnov.ts';
import { mean, sortedPresentValues, standardDeviation } from './summary.ts';
import { wassersteinDistanceOfSorted } from './wasserstein.ts';

/** Statistics by the names of scipy and of the common drift tools; null where undefined. */
export type DriftStatistics = Record<string, number | null>;

/**
 * PSI over the slots. default: half a row is added to every slot (Jeffreys' prior), so that an empty one stays finite in
 * proportion to the rows; decile: shares floored at 1e-4, as is common.
 */
export function slotScore(slots: DriftSlot[], definition: DriftDefinition): number | null {
  const { reference, current } = slotCounts(slots);
  if (definition === 'decile') return populationStabilityIndex(reference, current);
  return populationStabilityIndex(
    reference.map((rows) => rows + 0.5),
    current.map((rows) => rows + 0.5),
    0,
  );
}

/** What both kinds of column have: psi, js_distance, hellinger over the slots, and rows and missing rows of both sides. */
export function slotStatistics(
  reference: DriftColumn,
  current: DriftColumn,
  slots: DriftSlot[],
  definition: DriftDefinition,
): DriftStatistics {
  const counts = slotCounts(slots);
  return {
    psi: slotScore(slots, definition),
    js_distance: jensenShannonDistance(counts.reference, counts.current),
    hellinger: hellingerDistance(counts.reference, counts.current),
    rows_reference: reference.values.length,
    rows_current: current.values.length,
    missing_reference: countMissing(reference),
    missing_current: countMissing(current),
  };
}

/** Statistics of the values of numeric columns, missing ones left out; ks_p by Smirnov's asymptotic law. */
export function numericStatistics(reference: NumericDriftColumn, current: NumericDriftColumn): DriftStatistics {
  const [first, second] = [sortedPresentValues(reference.values), sortedPresentValues(current.values)];
  const test = kolmogorovSmirnovOfSorted(first, second);
  const distance = wassersteinDistanceOfSorted(first, second);
  const unit = standardDeviation(first);
  return {
    ks_statistic: test?.statistic ?? null,
    ks_p: test?.p ?? null,
    wasserstein: distance,
    wasserstein_normalised: distance === null || !unit ? null : distance / unit,
    mean_reference: mean(first),
    mean_current: mean(second),
  };
}

/** Chi-square test of the slots. */
export function textStatistics(slots: DriftSlot[]): DriftStatistics {
  const { reference, current } = slotCounts(slots);
  const test = chiSquareTest(reference, current);
  return {
    chi2: test?.statistic ?? null,
    chi2_p: test?.p ?? null,
    chi2_dof: test?.degreesOfFreedom ?? null,
    cramers_v: test?.cramersV ?? null,
  };
}

function slotCounts(slots: DriftSlot[]): { reference: number[]; current: number[] } {
  return { reference: slots.map(({ reference }) => reference), current: slots.map(({ current }) => current) };
}
