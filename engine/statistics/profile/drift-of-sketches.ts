import type { ColumnDriftResult } from '../drift.ts';
import { driftOfSlots, type JudgeOptions } from '../drift-judgement.ts';
import { type DriftStatistics, slotStatistics } from '../drift-statistics.ts';
import { asymptoticP } from '../kolmogorov-smirnov.ts';
import type { ColumnSketch } from './column-sketch.ts';
import {
  deviationOfSketch,
  kolmogorovSmirnovOfSketches,
  meanOfSketch,
  presentRows,
  wassersteinOfSketches,
} from './estimates.ts';
import type { NumberSketch } from './number-sketch.ts';
import { compareSketches } from './sketch-slots.ts';

/** Sketches are judged by the default definition. */
export type SketchOptions = Omit<JudgeOptions, 'definition'>;

/**
 * Whether a column is distributed differently in the rows of a sketch than in those of the reference's, as `driftOfColumn` says it by
 * its default definition, but on bins that the reference alone chose. What the bins say is exact; `ks_statistic`, `wasserstein` and the
 * means are estimates, `ks_error` and `wasserstein_error` what they can be off by.
 * @param reference and current, of the same bins
 * @throws RangeError where they are not
 */
export function driftOfSketches(
  reference: ColumnSketch,
  current: ColumnSketch,
  options: SketchOptions = {},
): ColumnDriftResult {
  const comparison = compareSketches(reference, current);
  return {
    name: reference.prepared.bins.name,
    kind: reference.kind,
    ...driftOfSlots(comparison, options),
    statistics: { ...slotStatistics(comparison, 'default'), ...valueStatistics(reference, current) },
  };
}

/**
 * What `driftOfSketches` judges by the counts of the bins alone, for many windows of which no more is asked. Unseen levels are a slot
 * like others then: how many there are is not known.
 */
export function judgeSketches(
  reference: ColumnSketch,
  current: ColumnSketch,
  options: SketchOptions = {},
): { score: number | null; drifted: boolean } {
  return driftOfSlots({ ...compareSketches(reference, current), unseen: null }, options);
}

function valueStatistics(reference: ColumnSketch, current: ColumnSketch): DriftStatistics {
  return reference.kind === 'text' || current.kind === 'text' ? {} : numberStatistics(reference, current);
}

function numberStatistics(reference: NumberSketch, current: NumberSketch): DriftStatistics {
  const ks = kolmogorovSmirnovOfSketches(reference, current);
  const distance = wassersteinOfSketches(reference, current);
  const unit = deviationOfSketch(reference);
  return {
    ks_statistic: ks?.value ?? null,
    ks_p: ks && asymptoticP(presentRows(reference), presentRows(current), ks.value),
    ks_error: ks?.error ?? null,
    wasserstein: distance?.value ?? null,
    wasserstein_normalised: distance === null || !unit ? null : distance.value / unit,
    wasserstein_error: distance?.error ?? null,
    mean_reference: meanOfSketch(reference)?.value ?? null,
    mean_current: meanOfSketch(current)?.value ?? null,
    infinite_reference: reference.positiveInfinite + reference.negativeInfinite,
    infinite_current: current.positiveInfinite + current.negativeInfinite,
  };
}
