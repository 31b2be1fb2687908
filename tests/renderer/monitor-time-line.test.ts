import { describe, expect, test } from 'vitest';
import type { MonitorReport } from '../../engine/contract/monitor.ts';
import type { ElsewhereReport } from '../../engine/contract/monitor-profiles.ts';
import { bandPath, isolatedPoints } from '../../renderer/charts/scale.ts';
import { timeAxis } from '../../renderer/monitor/time-axis.ts';
import { drawDrift, driftColumns } from '../../renderer/monitor/timeline/drift-lane.ts';
import { placeAlerts, releaseSpans, versionText } from '../../renderer/monitor/timeline/event-lanes.ts';
import { isShown, layLanes, withElsewhere } from '../../renderer/monitor/timeline/layout.ts';
import { drawMetric } from '../../renderer/monitor/timeline/metric-lane.ts';
import { timeScale } from '../../renderer/monitor/timeline/time-scale.ts';
import { timeTable } from '../../renderer/monitor/timeline/time-table.ts';
import { drawWhole, hasWhole } from '../../renderer/monitor/timeline/whole-lane.ts';
import { columnDrift, monitorReport, ridershipDeployment, yearWindow } from './monitor-reports.ts';

const lanes = ['traffic', 'metric', 'drift', 'alerts', 'releases'] as const;
const laidOut = (report: MonitorReport, width = 1100) => layLanes(report.timeline, width, lanes);

function alertOf(year: number, parts: object = {}): MonitorReport['alerts'][number] {
  return {
    id: `alert_${year}_${JSON.stringify(parts)}`,
    deployment: 'ridership',
    rule: 'drift',
    cause: 'drift',
    severity: 'warning',
    title: 'Columns drifted',
    detail: '',
    eventTime: `${year}-06-01T00:00:00.000Z`,
    raisedAt: `${year}-06-01T00:00:00.000Z`,
    state: 'open',
    ...parts,
  } as MonitorReport['alerts'][number];
}

describe('the time axis', () => {
  test('leaves long silence out', () => {
    const scale = timeScale([yearWindow(2004, 1), yearWindow(2005, 1), yearWindow(2026, 1)], 100, 500);
    expect(scale.breaks).toHaveLength(1);
    expect(scale.x(Date.parse('2004-01-01'))).toBe(100);
    expect(scale.x(Date.parse('2027-01-01'))).toBeCloseTo(500);
    expect(scale.x(Date.parse('2006-01-01'))).toBeGreaterThan(300);
  });

  test('leaves windows without a row out too', () => {
    const silent = Array.from({ length: 20 }, (_, index) => yearWindow(2006 + index, null, { rows: 0 }));
    const windows = [yearWindow(2004, 1), yearWindow(2005, 1), ...silent, yearWindow(2026, 1)];
    const scale = timeScale(windows, 100, 500);
    expect(scale.breaks).toHaveLength(1);
    expect(scale.x(Date.parse('2015-01-01'))).toBeLessThan(scale.x(Date.parse('2026-01-01')));
    const layout = layLanes(windows, 1100, lanes);
    expect(isShown(layout, windows, '2015-01-01T00:00:00Z')).toBe(false);
    expect(isShown(layout, windows, '2026-03-01T00:00:00Z')).toBe(true);
    expect(isShown(layout, windows, '2003-03-01T00:00:00Z')).toBe(false);
  });

  test('of a chart says where it goes on, and nothing too near to that', () => {
    const years = [2004, 2005, 2006, 2007, 2008, 2009, 2015].map((year) => yearWindow(year, 1));
    expect([...timeAxis(years).ticks.values()]).toEqual(['2004', '2006', '2008', '2016', '⋯ 2015']);
  });

  test('has room for time in which only servers elsewhere answered', () => {
    const windows = [2004, 2005, 2006].map((year) => yearWindow(year, null, { rows: year === 2004 ? 5 : 0 }));
    const server = { timeline: [yearWindow(2005, null), yearWindow(2006, null)] } as unknown as ElsewhereReport;
    expect(withElsewhere(windows, [server, server]).map(({ rows }) => rows)).toEqual([5, 730, 730]);
  });

  test('is linear where there is none', () => {
    const scale = timeScale([yearWindow(2004, 1), yearWindow(2005, 1)], 0, 100);
    expect(scale.breaks).toEqual([]);
    expect(scale.x(Date.parse('2005-01-01'))).toBeCloseTo(50, 0);
  });

  test('gives a lane no room that has nothing to show', () => {
    const windows = [yearWindow(2004, 1)];
    const all = layLanes(windows, 1100, [...lanes, 'data']);
    const fewer = layLanes(windows, 1100, lanes);
    expect(all.height - fewer.height).toBe(36);
    expect(fewer.lanes.data).toBeUndefined();
    expect(all.lanes).toMatchObject({ traffic: { height: 36 }, metric: { height: 126 }, drift: { height: 68 } });
  });
});

describe('the lane of the metric', () => {
  test('keeps every value inside', () => {
    const report = monitorReport([yearWindow(2004, 0.9), yearWindow(2005, -40)]);
    const layout = laidOut(report);
    const { top, height } = layout.lanes.metric;
    const { points } = drawMetric(report, layout).realised;
    expect(points).toHaveLength(2);
    for (const point of points) {
      expect(point.y).toBeGreaterThanOrEqual(top);
      expect(point.y).toBeLessThanOrEqual(top + height);
    }
  });

  test('draws intervals and the estimate where they were measured', () => {
    const estimated = { value: 0.85, low: null, high: null };
    const report = monitorReport([
      yearWindow(2004, 0.9, { interval: [0.8, 0.95], estimated }),
      yearWindow(2005, 0.8, { interval: [0.7, 0.85], estimated }),
      yearWindow(2006, null, { estimated }),
    ]);
    const drawn = drawMetric(report, laidOut(report));
    expect(drawn.realised.points).toHaveLength(2);
    expect(drawn.realised.band.match(/Z/g)).toHaveLength(1);
    expect(drawn.realised.bars).toEqual([]);
    const lone = monitorReport([yearWindow(2004, 0.9, { interval: [0.8, 0.95] })]);
    expect(drawMetric(lone, laidOut(lone)).realised).toMatchObject({ band: '', bars: [{}] });
    expect(drawn.estimated.points).toHaveLength(3);
    expect(drawn.estimated.band).toBe('');
    expect(drawn.labels.map((label) => label.kind)).toEqual(['realised', 'estimated', 'trained', 'limit']);
    const places = drawn.labels.map((label) => label.y).toSorted((a, b) => a - b);
    for (const [index, place] of places.entries())
      if (index > 0) expect(place - (places[index - 1] as number)).toBeGreaterThanOrEqual(14.9);
    const table = timeTable(report);
    expect(table.rows[0]?.slice(5, 9)).toEqual([0.9, 0.8, 0.95, 0.85]);
    expect(table.rows[2]?.slice(5, 9)).toEqual([null, null, null, 0.85]);
  });

  test('a point without neighbours is told apart, since a line shows nothing of it', () => {
    expect(isolatedPoints([1, null, 3, 4, null, 6])).toEqual([1, 6]);
    expect(isolatedPoints([1, 2, 3])).toEqual([]);
  });

  test('a window that is not known breaks a band in two', () => {
    const place = (x: number) => ({ x, low: 2, high: 1 });
    expect(bandPath([place(0), place(1), null, place(3), place(4)]).match(/M/g)).toHaveLength(2);
    expect(bandPath([place(0), null, place(2)])).toBe('');
  });
});

describe('the lane of drift', () => {
  const drift = { Austin: 4, temp: 3, date: 0.5, wind: 2 };
  const importance = { Austin: 0.1, temp: 0, date: 2, wind: 0.05 };
  const columns = Object.entries(importance).map(([name, value]) => columnDrift({ name, importance: value }));

  test('shows the columns that matter, not those that the model ignores', () => {
    const report = monitorReport([yearWindow(2004, 1, { drift })], columns);
    expect(driftColumns(report)).toEqual(['date', 'Austin', 'wind']);
    expect(driftColumns(report, 'temp')).toEqual(['date', 'Austin', 'temp']);
    expect(driftColumns(report, 'no such column')).toEqual(['date', 'Austin', 'wind']);
  });

  test('goes by drift alone where no importance is known', () => {
    const report = monitorReport(
      [yearWindow(2004, 1, { drift })],
      columns.map((column) => ({ ...column, importance: null })),
    );
    expect(driftColumns(report)).toEqual(['Austin', 'temp', 'wind']);
  });

  test('leaves windows out that have too few rows', () => {
    const windows = [yearWindow(2004, 1, { drift }), yearWindow(2005, 1, { drift: { Austin: null } })];
    const report = monitorReport(windows, columns);
    expect(drawDrift(report, ['Austin'], laidOut(report)).series[0]?.points).toHaveLength(1);
  });
});

describe('the lane of the inputs as a whole', () => {
  const reconstruction = {
    components: 3,
    error: 1.7,
    reference: 1.5,
    low: 1,
    high: 2.004,
    samplingLow: 1.3,
    samplingHigh: 1.7,
    drifted: false,
  };
  const reportOf = (...errors: (number | null)[]) => {
    const report = monitorReport(
      errors.map((error, index) => yearWindow(2004 + index, 1, { reconstructionError: error })),
    );
    report.drift.multivariate = { ...report.drift.multivariate, reconstruction };
    return report;
  };
  const drawn = (report: MonitorReport) => drawWhole(report, layLanes(report.timeline, 1100, [...lanes, 'whole']));

  test('has the error of each window between its thresholds', () => {
    const report = reportOf(1.5, 2.4, null, 1.2);
    const lane = drawn(report);
    expect(hasWhole(report)).toBe(true);
    expect(lane?.points).toHaveLength(3);
    expect(lane?.points[0]?.y).toBeCloseTo(lane?.trained ?? 0);
    expect(lane?.points[1]?.y).toBeLessThan(lane?.high ?? 0);
    expect(lane?.low).toBeGreaterThan(lane?.points[2]?.y ?? 0);
    expect(lane?.alone).toHaveLength(1);
    expect(lane?.labels.map(({ text }) => text)).toEqual(['error', 'limit 2.00', 'at training']);
    expect(timeTable(report).rows.map((row) => row.at(-1))).toEqual([1.5, 2.4, null, 1.2]);
  });

  test('is not there where nothing could be measured', () => {
    expect(hasWhole(reportOf(null, null))).toBe(false);
    expect(hasWhole(monitorReport([yearWindow(2004, 1, { reconstructionError: 1 })]))).toBe(false);
  });
});

describe('what happened', () => {
  test('a version stands from its first to its last window', () => {
    const report = monitorReport([
      yearWindow(2004, 0.9, { versions: [1] }),
      yearWindow(2005, 0.8, { versions: [1, 2] }),
      yearWindow(2006, 0.8, { versions: [2] }),
    ]);
    const layout = laidOut(report);
    const spans = releaseSpans(report, layout);
    expect(spans.map((span) => span.version)).toEqual([1, 2]);
    expect(spans[0]?.to).toBeCloseTo(layout.x(Date.parse('2006-01-01')));
  });

  test('a version says what it is now', () => {
    const traffic = { ...ridershipDeployment.traffic, canary: { version: 2, percent: 10 } };
    const deployment = { ...ridershipDeployment, traffic };
    expect(versionText(1, deployment)).toBe('v1 champion');
    expect(versionText(2, deployment)).toBe('v2, 10 %');
    expect(versionText(1, { ...deployment, follows: null, version: 3 })).toBe('v1');
  });

  test('alerts of one time stand beside each other, those of another time not at all', () => {
    const report = monitorReport([yearWindow(2004, 1), yearWindow(2005, 1)]);
    report.alerts = [alertOf(2005), alertOf(2005, { cause: 'performance' }), alertOf(1999), alertOf(2004)];
    const placed = placeAlerts(report, laidOut(report));
    expect(placed.map(({ alert }) => alert.eventTime.slice(0, 4))).toEqual(['2004', '2005', '2005']);
    const [, second, third] = placed;
    expect((third?.x ?? 0) - (second?.x ?? 0)).toBeCloseTo(13);
  });
});
