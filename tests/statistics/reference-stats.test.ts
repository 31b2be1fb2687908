import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { countInBins, decileBins } from '../../engine/statistics/bins.ts';
import { chiSquareTest } from '../../engine/statistics/chi-square.ts';
import { type DriftColumn, driftOfColumns } from '../../engine/statistics/drift.ts';
import { kolmogorovSmirnov } from '../../engine/statistics/kolmogorov-smirnov.ts';
import { alignLevels, countLevels } from '../../engine/statistics/levels.ts';
import { mannWhitney } from '../../engine/statistics/mann-whitney.ts';
import { mean, median, sortedPresentValues, standardDeviation } from '../../engine/statistics/summary.ts';
import { needsShared } from '../support/needs.ts';
import { expectClose } from './close-to.ts';
import { fixtureFolder, type ReferenceColumn, readColumns, referencePairs } from './reference-samples.ts';

/** The reference figures carry ten digits. */
const figures = { relative: 1e-9 };

describe.each(['chicago_ridership', 'penguins', 'seattle_weather', 'flights_monthly'])('%s', (name) => {
  test('every figure under `decile` equals scipy', () => expectReference(join(fixtureFolder, name)));
});

describe.each(['arrests', 'diamonds', 'spam'])('%s', (name) => {
  test('every figure under `decile` equals scipy', (context) => expectReference(needsShared(context, 'data', name)));
});

function expectReference(folder: string): void {
  for (const pair of Object.values(referencePairs(folder))) {
    const path = (file: string) =>
      folder.startsWith(fixtureFolder) ? join(folder, basename(file)) : join(folder, file);
    const reference = readColumns(path(pair.reference), pair.columns);
    const current = readColumns(path(pair.current), pair.columns);
    const results = driftOfColumns(reference, current, { definition: 'decile' });
    expect(results.map(({ name }) => name)).toEqual(Object.keys(pair.columns));
    results.forEach((result, index) => {
      const expected = pair.columns[result.name] as ReferenceColumn;
      const [first, second] = [reference[index] as DriftColumn, current[index] as DriftColumn];
      expectShared(result.statistics, expected, result.name);
      if (first.kind === 'text' || second.kind === 'text') expectText(first, second, result.statistics, expected);
      else expectNumeric(first.values, second.values, result.statistics, expected);
      expect(result.score).toBe(result.statistics.psi);
      expect(result.drifted).toBe(expected.psi > 0.2);
    });
  }
}

type Figures = Record<string, number | null>;

function expectP(actual: number | null | undefined, expected: number | null, what: string): void {
  if (expected === null || expected < 1e-12) expect(actual, what).toBeLessThan(2e-12);
  else expectClose(actual, expected, what, { relative: 1e-6 });
}

function expectShared(statistics: Figures, expected: ReferenceColumn, name: string): void {
  expectClose(statistics.psi, expected.psi, `${name} psi`, figures);
  expectClose(statistics.js_distance, expected.js_distance, `${name} js_distance`, figures);
  expect([statistics.missing_reference, statistics.missing_current]).toEqual([
    expected.missing_ref,
    expected.missing_cur,
  ]);
}

function expectNumeric(
  reference: Float64Array,
  current: Float64Array,
  statistics: Figures,
  expected: ReferenceColumn,
): void {
  for (const name of ['ks_statistic', 'wasserstein', 'wasserstein_normalised'] as const) {
    expectClose(statistics[name], expected[name], name, figures);
  }
  expectP(statistics.ks_p, expected.ks_p_asymp, 'ks_p');
  expectP(kolmogorovSmirnov(reference, current, 'auto')?.p, expected.ks_p_auto, 'exact ks_p');
  expectP(mannWhitney(reference, current)?.p, expected.mann_whitney_p, 'mann_whitney_p');
  expectClose(mean(reference), expected.mean_ref, 'mean', figures);
  expectClose(standardDeviation(reference), expected.std_ref_ddof0, 'standard deviation', figures);
  expectClose(median(reference), expected.median_ref, 'median', figures);
  const bins = decileBins(sortedPresentValues(reference));
  bins.edges.forEach((edge, index) => {
    expectClose(edge, expected.quantile_edges[index] as number, 'edge', figures);
  });
  expect(countInBins(sortedPresentValues(reference), bins)).toEqual(expected.bin_counts_ref);
  expect(countInBins(sortedPresentValues(current), bins)).toEqual(expected.bin_counts_cur);
}

function expectText(
  reference: DriftColumn,
  current: DriftColumn,
  statistics: Figures,
  expected: ReferenceColumn,
): void {
  const levels = alignLevels(
    countLevels(reference.values as (string | null)[]).counts,
    countLevels(current.values as (string | null)[]).counts,
  );
  expect(levels.levels.length).toBe(expected.levels);
  for (const [level, counts] of Object.entries(expected.counts ?? {})) {
    const index = levels.levels.indexOf(level);
    expect([levels.reference[index], levels.current[index]]).toEqual(counts);
  }
  expectClose(statistics.chi2, expected.chi2, 'chi2', { ...figures, absolute: 1e-13 });
  expect(statistics.chi2_dof).toBe(expected.chi2_dof);
  expectP(statistics.chi2_p, expected.chi2_p, 'chi2_p');
  expectClose(statistics.cramers_v, expected.cramers_v, 'cramers_v', figures);
  expectClose(chiSquareTest(levels.reference, levels.current)?.minimumExpected, expected.min_expected, 'min', figures);
}
