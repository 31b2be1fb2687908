import { describe, expect, test } from 'vitest';
import type { MultivariateDrift } from '../../engine/contract/monitor-multivariate.ts';
import type { PerformanceWindow } from '../../engine/contract/monitor-performance.ts';
import { secondStatistic, verdictReason } from '../../renderer/monitor/columns/drift-words.ts';
import {
  multivariateMeasures,
  multivariateNote,
  multivariateVerdict,
} from '../../renderer/monitor/columns/multivariate-words.ts';
import { countedLabels } from '../../renderer/monitor/label-count.ts';
import { estimateQuality } from '../../renderer/monitor/performance/estimate-quality.ts';
import { daysOf, lastSpan, spanOfDays } from '../../renderer/monitor/ranges.ts';
import { columnDrift } from './monitor-reports.ts';

describe('ranges of time', () => {
  test('end with the day of the last row', () => {
    expect(lastSpan('2015-12-31T12:00:00.000Z', { months: 12 })).toEqual({
      since: '2015-01-01T00:00:00.000Z',
      until: '2016-01-01T00:00:00.000Z',
    });
    expect(lastSpan('2015-03-10T00:00:00.000Z', { days: 7 }).since).toBe('2015-03-04T00:00:00.000Z');
    expect(lastSpan('2015-03-30T12:00:00.000Z', { months: 1 }).since).toBe('2015-02-28T00:00:00.000Z');
  });

  test('take both days in, and none in the wrong order', () => {
    const span = spanOfDays('2015-01-01', '2015-01-31');
    expect(span).toEqual({ since: '2015-01-01T00:00:00.000Z', until: '2015-02-01T00:00:00.000Z' });
    expect(span && daysOf(span)).toEqual(['2015-01-01', '2015-01-31']);
    expect(spanOfDays('2015-01-02', '2015-01-01')).toBeUndefined();
    expect(spanOfDays('', '2015-01-01')).toBeUndefined();
  });
});

describe('the inputs as a whole', () => {
  const drift: MultivariateDrift = {
    columns: 8,
    rows: { reference: 859, current: 2193 },
    reconstruction: {
      components: 3,
      error: 2.401,
      reference: 1.5,
      low: 0.941,
      high: 2.004,
      samplingLow: 1.29,
      samplingHigh: 1.66,
      drifted: true,
    },
    domain: { area: 0.601, threshold: 0.65, samplingLimit: 0.54, drifted: false },
    drifted: true,
    verdict: 'drifted',
  };

  test('are judged by two definitions, each with its value, its threshold and why', () => {
    expect(multivariateMeasures(drift)).toMatchObject([
      {
        definition: 'reconstruction',
        value: '2.40',
        threshold: '0.941 to 2.00',
        says: 'It is above 2.00, and outside of the 1.29 to 1.66 that chance alone gives at this size.',
      },
      { definition: 'domain', value: '0.601', says: 'It is not above the threshold of 0.650.' },
    ]);
    expect(multivariateVerdict(drift)).toEqual({ word: 'drifted', tone: 'warning' });
    expect(multivariateNote(drift)).toBe('8 inputs together: 2,193 rows of the range beside 859 training rows');
  });

  test('far off by chance alone is no drift, and too few rows say so', () => {
    const { reconstruction, domain } = drift;
    const byChance: MultivariateDrift = {
      ...drift,
      reconstruction: reconstruction && { ...reconstruction, error: 0.9, samplingLow: 0.803, drifted: false },
      domain: domain && { ...domain, area: 0.7, samplingLimit: 0.721 },
    };
    expect(multivariateMeasures(byChance).map(({ says }) => says)).toEqual([
      'It is below 0.941, but chance alone gives 0.803 to 1.66 at this size.',
      'It is above the threshold of 0.650, but chance alone gives up to 0.721 at this size.',
    ]);
    const few: MultivariateDrift = { ...drift, reconstruction: null, domain: null, verdict: 'too_few_rows' };
    expect(multivariateMeasures(few)).toEqual([]);
    expect(multivariateNote(few)).toBe('There are too few rows to compare the inputs as a whole.');
  });
});

describe('how good an estimate was', () => {
  const estimate = (value: number, low: number | null = null, high: number | null = null) => ({
    r2: { value, low, high },
  });
  const window = (realised: PerformanceWindow['realised'], estimated: PerformanceWindow['estimated']) => ({
    from: '2015-01-01T00:00:00.000Z',
    to: '2015-02-01T00:00:00.000Z',
    rows: 100,
    labelled: 100,
    summed: 0,
    realised,
    estimated,
  });

  test('is told over the windows that have both', () => {
    const quality = estimateQuality(
      [
        window(estimate(0.5, 0.4, 0.6), estimate(0.55)),
        window(estimate(0.3, 0.25, 0.35), estimate(0.6)),
        window(null, estimate(0.9)),
        window(estimate(0.9), null),
      ],
      'r2',
    );
    expect(quality).toMatchObject({ windows: 2, inside: 1, judged: 2 });
    expect(quality?.meanDifference).toBeCloseTo(0.175);
    expect(quality?.bias).toBeCloseTo(0.175);
  });

  test('is not told where no window has both', () => {
    expect(estimateQuality([window(null, estimate(0.9)), window(estimate(0.9), null)], 'r2')).toBeUndefined();
    expect(estimateQuality([window(estimate(0.9), estimate(0.9))], 'rmse')).toBeUndefined();
  });
});

describe('the verdict on a column', () => {
  test('names the threshold and what chance alone gives', () => {
    expect(verdictReason(columnDrift())).toBe(
      'PSI 3 is above the threshold of 0.250, and above the 0.050 that chance alone stays below at this size.',
    );
    expect(verdictReason(columnDrift({ score: 0.3, samplingLimit: 0.5, drifted: false, verdict: 'stable' }))).toBe(
      'PSI 0.300 is above the threshold of 0.250, but chance alone would give up to 0.500 at this size.',
    );
    expect(verdictReason(columnDrift({ score: 0.01, drifted: false, verdict: 'stable' }))).toBe(
      'PSI 0.010 is below the threshold of 0.250.',
    );
    expect(verdictReason(columnDrift({ score: null, drifted: false, verdict: 'too_few_rows' }))).toMatch(
      /too few rows/,
    );
  });

  test('turns round for a p-value, and tells of missing values', () => {
    const judged = columnDrift({ test: 'ks', scoreIs: 'p_value', score: 0.001, threshold: 0.05, samplingLimit: null });
    expect(verdictReason(judged)).toBe('KS, p 0.001 is below the threshold of 0.050.');
    const change = {
      reference: 0.01,
      current: 0.25,
      change: 0.24,
      z: 9,
      p: 0,
      threshold: 0.05,
      samplingLimit: 0.02,
      drifted: true,
    };
    expect(verdictReason(columnDrift({ missing: change, reasons: ['missing'] }))).toContain(
      '25 % of the rows have no value, 1 % before, beyond chance.',
    );
  });

  test('has a second statistic beside its score, never the score itself', () => {
    const statistics = { psi: 3, ks_statistic: 0.4, js_distance: null };
    expect(secondStatistic(columnDrift({ statistics }))).toEqual({ name: 'ks_statistic', value: 0.4 });
    expect(secondStatistic(columnDrift({ statistics: { psi: 3 } }))).toBeUndefined();
  });
});

test('labels are counted in words', () => {
  expect(countedLabels({ matched: 340, unmatched: 25, repeated: 2, corrected: 3 })).toBe(
    '340 matched, 25 belong to no answered row, 2 were given twice, of which the last counts, 3 corrected an earlier one',
  );
  expect(countedLabels({ matched: 1, unmatched: 0 })).toBe('1 matched, 0 belong to no answered row');
});
