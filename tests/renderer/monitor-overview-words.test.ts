import { expect, test } from 'vitest';
import type { LightReason, WatchedDeployment } from '../../engine/contract/monitor-overview.ts';
import type { SystemWindow } from '../../engine/contract/monitor-system.ts';
import {
  overviewNote,
  overviewTitle,
  shownReasons,
  tabOfReason,
} from '../../renderer/monitor/overview/overview-words.ts';
import { checksNote } from '../../renderer/monitor/quality/quality-words.ts';
import { availabilityText, budgetWords } from '../../renderer/monitor/system/objective-words.ts';
import { pointsOf, windowAt } from '../../renderer/monitor/system/spans.ts';

const deployment = (name: string, light: WatchedDeployment['light']) =>
  ({ deployment: name, server: null, light, reasons: [] }) as unknown as WatchedDeployment;

test('the overview is headed with what needs somebody', () => {
  expect(overviewTitle([])).toBe('Nothing needs you');
  expect(overviewTitle([deployment('a', 'good'), deployment('b', 'unknown')])).toBe('Nothing needs you');
  expect(overviewTitle([deployment('a', 'bad')])).toBe('a needs you');
  const three = [deployment('a', 'bad'), deployment('b', 'warning'), deployment('c', 'warning')];
  expect(overviewTitle(three)).toBe('a needs you, and 2 others');
  expect(overviewTitle([{ ...deployment('a', 'warning'), server: 'berlin' }])).toBe('berlin needs you');
  expect(overviewNote(three)).toBe('1 bad, 2 to look at, of 3 deployments; the worst first');
  expect(overviewNote([deployment('a', 'good')])).toBe('1 deployment, nothing is wrong');
  expect(overviewNote([deployment('a', 'unknown')])).toBe('1 deployment, nothing is known yet');
  expect(overviewTitle([deployment('a', 'unknown')])).toBe('Nothing is known yet');
});

test('of reasons those that are wrong are shown, and lead to where more stands', () => {
  const good: LightReason = { light: 'good', about: 'system', says: 'Its server answers.' };
  const bad: LightReason = { light: 'bad', about: 'quality', says: 'sex is missing.' };
  expect(shownReasons([bad, good, good])).toEqual([bad]);
  expect(shownReasons([good, good, good])).toHaveLength(2);
  expect([tabOfReason(bad), tabOfReason(good), tabOfReason(undefined)]).toEqual(['quality', 'timeline', 'timeline']);
});

test('an availability is never rounded up to all', () => {
  expect([1, 0.995, 0.99951, 0.99999, 0.5].map(availabilityText)).toEqual([
    '100 %',
    '99.5 %',
    '99.951 %',
    '99.999 %',
    '50 %',
  ]);
  expect(availabilityText(null)).toBe('–');
});

test('a budget says what it was used by', () => {
  const objective = { availability: 0.99, days: 30, answered: 0.995, ready: 1, achieved: 0.995, budgetLeft: 0.5 };
  expect(budgetWords(objective)).toEqual({ figure: '50 %', words: 'used by requests that failed', tone: 'good' });
  const away = { ...objective, ready: 0.98, achieved: 0.98, budgetLeft: -1 };
  expect(budgetWords(away)).toMatchObject({ words: 'overdrawn by time without a server', tone: 'bad' });
  expect(budgetWords({ ...objective, achieved: null, budgetLeft: null }).tone).toBe('unknown');
});

test('no line bridges time of which nothing is known', () => {
  const window = (hour: number) =>
    ({ from: `2026-06-15T0${hour}:00:00.000Z`, to: `2026-06-15T0${hour + 1}:00:00.000Z`, p95: hour }) as SystemWindow;
  const windows = [window(1), window(2), window(5)];
  const points = pointsOf(windows, ({ p95 }) => p95);
  expect(points.map(([, value]) => value)).toEqual([1, 2, null, 5]);
  expect(points.map(([time]) => time)).toEqual(points.map(([time]) => time).toSorted((one, other) => one - other));
  expect(windowAt(windows, Date.parse('2026-06-15T02:10:00Z'))).toBe(windows[1]);
});

test('checks are summed up by the worst', () => {
  const check = { kind: 'missing', column: null, value: null, expected: null, says: '' } as const;
  expect(
    checksNote([
      { ...check, light: 'bad' },
      { ...check, light: 'good' },
    ]),
  ).toBe('1 bad');
  expect(checksNote([{ ...check, light: 'good' }])).toBe('1 check, nothing is wrong');
  expect(checksNote([{ ...check, light: 'unknown' }])).toBe('1 check, nothing is known yet');
});
