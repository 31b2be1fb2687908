import { describe, expect, test } from 'vitest';
import type { MonitorReport } from '../../engine/contract/monitor.ts';
import { heightOf, outline, pictureOf } from '../../renderer/monitor/columns/then-and-now.ts';
import { badSince, findingOf } from '../../renderer/monitor/finding.ts';
import { guessIdColumn, guessLabelColumn } from '../../renderer/monitor/label-columns.ts';
import { periodName, timeTicks } from '../../renderer/monitor/periods.ts';
import { columnDrift, monitorReport, yearWindow } from './monitor-reports.ts';

const year = yearWindow;
const column = columnDrift;
const report = monitorReport;

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
    expect(badSince(found)?.from).toBe('2010-01-01T00:00:00.000Z');
  });

  test('is calm where all is well, and honest where nothing is known', () => {
    expect(findingOf(report([year(2008, 0.9)])).headline).toBe('R² is 0.90 in 2008, as it should be');
    expect(findingOf(report([])).headline).toBe('No requests yet');
    const elsewhere = [{ name: 'berlin' }] as MonitorReport['elsewhere'];
    expect(findingOf({ ...report([]), elsewhere }).headline).toBe('No requests here; 1 server elsewhere');
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
  expect(periodName('2015-02-02T10:00:00Z', '2015-02-02T11:00:00Z')).toBe('2 Feb 2015, 10:00');
  expect(periodName('2015-02-02T10:00:00Z', '2015-02-02T16:00:00Z')).toBe('2 Feb 2015, 10:00 to 16:00');
  expect(periodName('2015-02-02T00:00:00Z', '2015-02-05T00:00:00Z')).toBe('2 Feb 2015 to 4 Feb 2015');
});

test('time ticks are round and few', () => {
  const ticks = timeTicks(Date.parse('2001-01-01'), Date.parse('2016-01-01'), 8);
  expect(ticks.map((tick) => tick.label)).toEqual(['2001', '2003', '2005', '2007', '2009', '2011', '2013', '2015']);
  expect(timeTicks(Date.parse('2015-01-01'), Date.parse('2015-07-01'), 6).length).toBeLessThanOrEqual(7);
  const hours = timeTicks(Date.parse('2015-01-01T20:30:00Z'), Date.parse('2015-01-02T02:00:00Z'), 6);
  expect(hours.map((tick) => tick.label)).toEqual(['21:00', '22:00', '23:00', '2 Jan', '01:00', '02:00']);
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
