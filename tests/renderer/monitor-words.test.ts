import { describe, expect, test } from 'vitest';
import type { MonitorReport } from '../../engine/contract/monitor.ts';
import type { ColumnDrift } from '../../engine/contract/monitor-drift.ts';
import { heightOf, outline, pictureOf } from '../../renderer/monitor/columns/then-and-now.ts';
import { badSince, findingOf } from '../../renderer/monitor/finding.ts';
import { guessIdColumn, guessLabelColumn } from '../../renderer/monitor/label-columns.ts';
import { periodName, timeTicks } from '../../renderer/monitor/periods.ts';
import { drawMetric, layLanes, releaseSpans } from '../../renderer/monitor/timeline/lanes.ts';
import { timeScale } from '../../renderer/monitor/timeline/time-scale.ts';

const year = (number: number, metric: number | null, versions = [1]): MonitorReport['timeline'][number] => ({
  from: `${number}-01-01T00:00:00Z`,
  to: `${number + 1}-01-01T00:00:00Z`,
  rows: 365,
  labelled: metric === null ? 0 : 365,
  versions,
  metric,
  drift: { Austin: 0.1 },
  drifted: [],
  interval: null,
  estimated: null,
  predictionDrift: null,
});

function column(parts: Partial<ColumnDrift>): ColumnDrift {
  return {
    name: 'Austin',
    type: 'float64',
    test: 'psi',
    score: 3,
    threshold: 0.25,
    samplingLimit: 0.05,
    drifted: true,
    verdict: 'drifted',
    statistics: {},
    bins: [],
    importance: 0.2,
    ...parts,
  };
}

function report(timeline: MonitorReport['timeline'], columns: ColumnDrift[] = []): MonitorReport {
  return {
    deployment: 'ridership',
    model: 'ridership',
    version: 1,
    metric: { name: 'r2', lowerIsBetter: false },
    limits: { metric: 'r2', bound: 0.7, lowerIsBetter: false, driftShare: 0.5, minimumRows: 30, retrain: true },
    since: null,
    until: null,
    traffic: { rows: timeline.length * 365, requests: 9, errors: 0 },
    latency: { p50: 1, p95: 2, p99: 3 },
    quality: { flagged: 0, missing: {} },
    drift: {
      reference: 'training part of run 1',
      columns,
      prediction: null,
      share: 0.5,
      drifted: columns.some((one) => one.drifted),
    },
    performance: { rows: 365, metrics: { r2: 0.36 }, intervals: {}, reference: { r2: 0.87 } },
    estimated_performance: null,
    fairness: null,
    timeline,
    releases: [],
    alerts: [],
  };
}

describe('the headline of Monitor', () => {
  test('says since when the limit is broken', () => {
    const found = report(
      [year(2008, 0.9), year(2009, 0.72), year(2010, 0.68), year(2011, null), year(2012, 0.36)],
      [column({})],
    );
    expect(findingOf(found).headline).toBe('R² is 0.36 in 2012, and below the limit of 0.70 since 2010');
    expect(findingOf(found).detail).toContain('Austin is spread differently from the training part of run 1.');
    const removed = { rows: 1200, receivedUntil: '2008-06-01T00:00:00.000Z' };
    expect(findingOf({ ...found, removed }).detail).toMatch(/rows answered, 1,200 older rows kept no more, /);
    expect(badSince(found)?.from).toBe('2010-01-01T00:00:00Z');
  });

  test('is calm where all is well, and honest where nothing is known', () => {
    expect(findingOf(report([year(2008, 0.9)])).headline).toBe('R² is 0.90 in 2008, as it should be');
    expect(findingOf(report([])).headline).toBe('No requests yet');
    const unlabelled = report(
      [year(2008, null)],
      [column({}), column({ name: 'temp', drifted: false, verdict: 'stable' })],
    );
    expect(findingOf(unlabelled).headline).toBe('1 of 2 columns drifted; there are no labels yet');
  });

  test('turns round where less is better', () => {
    const errors = report([year(2008, 9)]);
    errors.metric = { name: 'rmse', lowerIsBetter: true };
    errors.limits = { ...(errors.limits as NonNullable<MonitorReport['limits']>), bound: 3, lowerIsBetter: true };
    expect(findingOf(errors).headline).toBe('RMSE is 9 in 2008, above the limit of 3');
  });
});

test('periods have their names', () => {
  expect(periodName('2015-01-01T00:00:00Z', '2016-01-01T00:00:00Z')).toBe('2015');
  expect(periodName('2015-07-01T00:00:00Z', '2015-10-01T00:00:00Z')).toBe('Q3 2015');
  expect(periodName('2015-02-01T00:00:00Z', '2015-03-01T00:00:00Z')).toBe('Feb 2015');
  expect(periodName('2015-02-02T00:00:00Z', '2015-02-09T00:00:00Z')).toBe('the week of 2 Feb 2015');
  expect(periodName('2015-02-02T00:00:00Z', '2015-02-03T00:00:00Z')).toBe('2 Feb 2015');
});

test('time ticks are round and few', () => {
  const ticks = timeTicks(Date.parse('2001-01-01'), Date.parse('2016-01-01'), 8);
  expect(ticks.map((tick) => tick.label)).toEqual(['2001', '2003', '2005', '2007', '2009', '2011', '2013', '2015']);
  expect(timeTicks(Date.parse('2015-01-01'), Date.parse('2015-07-01'), 6).length).toBeLessThanOrEqual(7);
});

describe('the time axis', () => {
  test('leaves long silence out', () => {
    const scale = timeScale([year(2004, 1), year(2005, 1), year(2026, 1)], 100, 500);
    expect(scale.breaks).toHaveLength(1);
    expect(scale.x(Date.parse('2004-01-01'))).toBe(100);
    expect(scale.x(Date.parse('2027-01-01'))).toBeCloseTo(500);
    expect(scale.x(Date.parse('2006-01-01'))).toBeGreaterThan(300);
  });

  test('leaves windows without a row out too', () => {
    const silent = Array.from({ length: 20 }, (_, index) => ({ ...year(2006 + index, null), rows: 0 }));
    const scale = timeScale([year(2004, 1), year(2005, 1), ...silent, year(2026, 1)], 100, 500);
    expect(scale.breaks).toHaveLength(1);
    expect(scale.x(Date.parse('2015-01-01'))).toBeLessThan(scale.x(Date.parse('2026-01-01')));
  });

  test('is linear where there is none', () => {
    const scale = timeScale([year(2004, 1), year(2005, 1)], 0, 100);
    expect(scale.breaks).toEqual([]);
    expect(scale.x(Date.parse('2005-01-01'))).toBeCloseTo(50, 0);
  });

  test('keeps every value inside its lane', () => {
    const found = report([year(2004, 0.9), year(2005, -40)]);
    const layout = layLanes(found, 1100);
    for (const point of drawMetric(found, layout).points) {
      expect(point.y).toBeGreaterThanOrEqual(layout.metric.top);
      expect(point.y).toBeLessThanOrEqual(layout.metric.top + layout.metric.height);
    }
    expect(layout.traffic.height).toBe(36);
    expect(layout.metric.height).toBe(126);
    expect(layout.drift.height).toBe(68);
  });

  test('shows a version from its first to its last window', () => {
    const found = report([year(2004, 0.9, [1]), year(2005, 0.8, [1, 2]), year(2006, 0.8, [2])]);
    const layout = layLanes(found, 1100);
    const spans = releaseSpans(found, layout);
    expect(spans.map((span) => span.version)).toEqual([1, 2]);
    expect(spans[0]?.to).toBeCloseTo(layout.x(Date.parse('2006-01-01')));
  });
});

describe('then and now', () => {
  const bin = (from: number | null, to: number | null, reference: number) => ({
    label: '',
    from,
    to,
    reference,
    current: 0.1,
  });

  test('even bins show shares, uneven ones shares per unit', () => {
    const even = pictureOf([bin(0, 1, 0.2), bin(1, 2, 0.5), bin(2, 3, 0.3)]);
    const uneven = pictureOf([bin(null, 1, 0.2), bin(1, 2, 0.5), bin(2, 6, 0.3)]);
    expect(even).toMatchObject({ kind: 'outline', perUnit: false });
    expect(uneven).toMatchObject({ kind: 'outline', perUnit: true });
    expect(heightOf({ label: '', from: 2, to: 6, reference: 0.3, current: 0 }, 0.3, true)).toBeCloseTo(0.075);
  });

  test('a value with a bin of its own, and classes, are bars', () => {
    expect(pictureOf([bin(0, 0, 0.9), bin(0, 1, 0.05), bin(1, 2, 0.05)]).kind).toBe('bars');
    expect(pictureOf([bin(null, null, 0.5), bin(null, null, 0.5)]).kind).toBe('bars');
  });

  test('an outline begins and ends on the ground', () => {
    const corners = outline([{ label: '', from: 0, to: 1, reference: 0.4, current: 0 }], (one) => one.reference);
    expect(corners).toEqual([
      [0, 0],
      [0, 0.4],
      [1, 0.4],
      [1, 0],
    ]);
  });
});

test('columns of a file of labels are guessed', () => {
  expect(guessIdColumn(['when', 'row_id', 'actual'])).toBe('row_id');
  expect(guessLabelColumn(['when', 'row_id', 'actual'], 'row_id')).toBe('actual');
  expect(guessLabelColumn(['row_id', 'ridership'], 'row_id')).toBe('ridership');
});
