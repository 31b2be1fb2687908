import type { ColumnDrift } from '../contract/monitor-drift.ts';
import { jensenShannonDistance, sharesOf } from './distances.ts';
import { binsOfSlots, type DriftSlot, slotCounts } from './drift-judgement.ts';
import type { DriftSample, NumericSample } from './drift-sample.ts';
import { type DriftStatistics, slotStatistics, valueStatistics } from './drift-statistics.ts';
import {
  bhattacharyyaDistance,
  distinctValues,
  evidentlyHellinger,
  evidentlySlots,
  valueSlots,
} from './evidently-bins.ts';
import { kolmogorovSmirnovOfSorted } from './kolmogorov-smirnov.ts';
import { twoProportionTest } from './proportions.ts';
import { judgeShareChange, measureShareChange } from './share-change.ts';
import { chiSquareSurvival } from './special-functions.ts';
import { meanAndDeviation } from './summary.ts';

/** Reference rows up to which Evidently tests for significance, and takes a distance above. */
const smallReference = 1000;
/** Values of both sides up to which it takes numbers for levels when it chooses a test. */
const fewValues = 5;
/** Whole numbers with so many values in the current rows are a categorical column to it. */
const wholeLevels = 10;

type Test = Exclude<ColumnDrift['test'], 'psi'>;

const thresholds: Record<Test, number> = { ks: 0.05, chisquare: 0.05, z: 0.05, jensenshannon: 0.1, wasserstein: 0.1 };

/**
 * Drift as Evidently 0.7 finds it by default (its `ValueDrift`; read from its source and compared with its results on
 * tests/fixtures/statistics/evidently). Missing and infinite values are left out. Up to 1000 reference values: KS, or with
 * at most five values chi-square, with two the z test, at 0.05; above: Wasserstein in standard deviations of the reference,
 * or Jensen-Shannon in nats for levels, at 0.1. A text is always a level here: Evidently trains a classifier of words where
 * more than half of the texts differ.
 *
 * Fills: a share of exactly zero becomes 0.0001, or a millionth of the smallest share where that is at most 0.0001.
 */
export function judgeAsEvidently(
  reference: DriftSample,
  current: DriftSample,
): Omit<ColumnDrift, 'name' | 'type' | 'importance'> {
  const isEmpty = [reference, current].some((sample) => presentRows(sample) === 0);
  const slots = isEmpty ? [] : evidentlySlots(reference, current);
  const test = testOf(reference, current);
  const statistics = isEmpty ? {} : evidentlyStatistics(reference, current, slots);
  const isP = test === 'ks' || test === 'chisquare' || test === 'z';
  const score = statistics[statisticOf[test]] ?? null;
  const threshold = thresholds[test];
  const drifted =
    score !== null && (isP ? score < threshold || (test === 'ks' && score === threshold) : score >= threshold);
  const share = (change: ReturnType<typeof measureShareChange>) => change && judgeShareChange(change, null, 0.05);
  const rows = { reference: reference.rows, current: current.rows };
  const missing = { reference: reference.missing, current: current.missing };
  return {
    definition: 'evidently',
    thresholds: 'sampling',
    test,
    scoreIs: isP ? 'p_value' : 'distance',
    score,
    threshold,
    samplingLimit: null,
    drifted,
    verdict: score === null ? 'too_few_rows' : drifted ? 'drifted' : 'stable',
    reasons: drifted ? ['distribution'] : [],
    missing: missing.reference + missing.current === 0 ? null : share(measureShareChange(missing, rows)),
    unseen: null,
    statistics: { ...slotStatistics({ slots, rows, missing, unseen: null }, 'decile'), ...statistics },
    bins: binsOfSlots(slots),
  };
}

const statisticOf: Record<Test, string> = {
  ks: 'ks_p',
  chisquare: 'chi2_p',
  z: 'z_p',
  jensenshannon: 'js_distance',
  wasserstein: 'wasserstein_normalised',
};

function testOf(reference: DriftSample, current: DriftSample): Test {
  const values = distinctLevels(reference, current);
  const isNumeric = values === null || (isNumerical(current) && values > fewValues);
  if (presentRows(reference) > smallReference) return isNumeric ? 'wasserstein' : 'jensenshannon';
  if (isNumeric) return 'ks';
  return values > 2 ? 'chisquare' : 'z';
}

/** How many values both have together; null where they are too many to be levels. */
function distinctLevels(reference: DriftSample, current: DriftSample): number | null {
  if (reference.kind === 'text' || current.kind === 'text') {
    return new Set([reference, current].flatMap((side) => (side.kind === 'text' ? [...side.counts.keys()] : []))).size;
  }
  if (isNumerical(current)) {
    const values = distinctValues([reference, current], fewValues);
    return values > fewValues ? null : values;
  }
  return distinctValues([reference, current], Number.POSITIVE_INFINITY);
}

function isNumerical(sample: DriftSample): boolean {
  return sample.kind !== 'text' && !(sample.whole && distinctValues([sample], wholeLevels) <= wholeLevels);
}

function presentRows(sample: DriftSample): number {
  return sample.kind === 'text' ? sample.rows - sample.missing : sample.sorted.length;
}

function evidentlyStatistics(reference: DriftSample, current: DriftSample, slots: DriftSlot[]): DriftStatistics {
  const { reference: before, current: now } = slotCounts(slots);
  const nats = jensenShannonDistance(before, now);
  const shared: DriftStatistics = {
    ...valueStatistics(reference, current),
    psi: filledIndex(before, now),
    js_distance: nats === null ? null : nats * Math.sqrt(Math.LN2),
  };
  if (reference.kind === 'text' || current.kind === 'text') {
    return { ...shared, hellinger: bhattacharyyaDistance(slots), ...levelTests(slots) };
  }
  return {
    ...shared,
    hellinger: isNumerical(current)
      ? evidentlyHellinger(reference, current)
      : bhattacharyyaDistance(valueSlots(reference, current)),
    ...(isNumerical(current) ? {} : levelDistances(valueSlots(reference, current))),
    ...(distinctLevels(reference, current) === null ? noLevelTests : levelTests(valueSlots(reference, current))),
    ks_p: exactSmirnov(reference, current) ?? shared.ks_p ?? null,
    wasserstein_normalised: normed(shared.wasserstein ?? null, reference),
  };
}

/** A categorical column's: whole numbers that Evidently takes for levels, however many. */
function levelDistances(slots: readonly DriftSlot[]): DriftStatistics {
  const { reference, current } = slotCounts(slots);
  const distance = jensenShannonDistance(reference, current);
  return {
    psi: filledIndex(reference, current),
    js_distance: distance === null ? null : distance * Math.sqrt(Math.LN2),
  };
}

const noLevelTests = { chi2: null, chi2_p: null, chi2_dof: null, z: null, z_p: null };

/** Pearson's test of the current counts against the reference's shares; z of two values, the first one against the rest. */
function levelTests(slots: readonly DriftSlot[]): DriftStatistics {
  const { reference, current } = slotCounts(slots);
  const rows = reference.reduce((sum, count) => sum + count, 0);
  const otherRows = current.reduce((sum, count) => sum + count, 0);
  const statistic = slots.reduce((sum, slot) => {
    const expected = (slot.reference * otherRows) / rows;
    return sum + (slot.current - expected) ** 2 / expected;
  }, 0);
  const degreesOfFreedom = slots.length - 1;
  const ofFirst =
    slots.length > 2
      ? null
      : twoProportionTest(rows - (reference[0] ?? 0), rows, otherRows - (current[0] ?? 0), otherRows);
  return {
    chi2: Number.isFinite(statistic) ? statistic : null,
    chi2_p:
      statistic === Number.POSITIVE_INFINITY
        ? 0
        : degreesOfFreedom < 1
          ? 1
          : chiSquareSurvival(statistic, degreesOfFreedom),
    chi2_dof: degreesOfFreedom,
    z: ofFirst?.z ?? null,
    z_p: ofFirst?.p ?? null,
  };
}

/** PSI of the filled shares, which are not brought back to a sum of 1. */
function filledIndex(reference: number[], current: number[]): number {
  const [before, now] = [filled(reference), filled(current)];
  return before.reduce((sum, share, slot) => {
    const other = now[slot] as number;
    return sum + (share - other) * Math.log(share / other);
  }, 0);
}

/** Shares with exact zeros filled. */
function filled(counts: number[]): Float64Array {
  const shares = sharesOf(counts) ?? new Float64Array();
  const smallest = shares.reduce((least, share) => (share > 0 ? Math.min(least, share) : least), 1);
  const fill = smallest <= 0.0001 ? smallest / 1e6 : 0.0001;
  return shares.map((share) => (share === 0 ? fill : share));
}

function normed(distance: number | null, { sorted }: NumericSample): number | null {
  return distance === null ? null : distance / Math.max(meanAndDeviation(sorted)?.deviation ?? 0, 0.001);
}

/** As scipy chooses by itself, but where that takes long and Evidently would not test: null there. */
function exactSmirnov(reference: NumericSample, current: NumericSample): number | null {
  const [first, second] = [reference.sorted, current.sorted];
  if (first.length * second.length > smallReference * 10_000) return null;
  return kolmogorovSmirnovOfSorted(first, second, 'auto')?.p ?? null;
}
