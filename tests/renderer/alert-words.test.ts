import { expect, test } from 'vitest';
import type { Alert, Rule } from '../../engine/contract/monitor-alerts.ts';
import { byUrgency, ruleText, snoozeChoices, stateText, toneOf } from '../../renderer/monitor/alerts/alert-words.ts';
import { drawPreview } from '../../renderer/monitor/alerts/preview-picture.ts';
import { changesOf, formOf, problemsOf, testedRule } from '../../renderer/monitor/alerts/rule-form.ts';

const rule: Rule = {
  name: 'drift',
  deployment: 'shop',
  metric: 'drift_share',
  window: 'automatic',
  comparison: 'above',
  bound: 0.5,
  forWindows: 1,
  hysteresis: 0,
  severity: 'warning',
  quietHours: null,
  isOn: true,
  channels: ['mail'],
  retrain: false,
  isBuiltIn: true,
};

test('a rule reads as a sentence', () => {
  expect(ruleText(rule)).toBe('drift_share above 0.500');
  expect(ruleText({ ...rule, window: 'week' })).toBe('drift_share above 0.500, in a week');
  expect(ruleText({ ...rule, window: 'week', forWindows: 2 })).toBe('drift_share above 0.500, 2 weeks in a row');
});

test('what is open comes first, and its state says more than a colour', () => {
  const alert = (state: Alert['state'], raisedAt: string) =>
    ({ state, raisedAt, severity: 'bad', snoozedUntil: '2026-06-02T00:00:00.000Z' }) as Alert;
  const alerts = [
    alert('resolved', '2026-03'),
    alert('snoozed', '2026-02'),
    alert('open', '2026-01'),
    alert('open', '2026-02'),
  ];
  expect(byUrgency(alerts).map(({ state, raisedAt }) => `${state} ${raisedAt}`)).toEqual([
    'open 2026-02',
    'open 2026-01',
    'snoozed 2026-02',
    'resolved 2026-03',
  ]);
  expect(alerts.map(toneOf)).toEqual(['good', 'idle', 'bad', 'bad']);
  expect(alerts.slice(1, 3).map(stateText)).toEqual(['silent until 2 Jun 2026', 'open, bad']);
  expect(snoozeChoices(Date.UTC(2026, 0, 1)).map(({ until }) => until.slice(0, 13))).toEqual([
    '2026-01-01T01',
    '2026-01-02T00',
    '2026-01-08T00',
  ]);
});

test('a rule that is opened and kept changes nothing, and its bound goes on following the version', () => {
  const form = formOf(rule, 'Europe/Berlin');
  expect(problemsOf(form)).toEqual({});
  expect(changesOf(form, rule, 'Europe/Berlin')).toEqual({
    metric: 'drift_share',
    window: 'automatic',
    comparison: 'above',
    forWindows: 1,
    hysteresis: 0,
    severity: 'warning',
    quietHours: null,
    channels: ['mail'],
    retrain: false,
  });
  const changed = { ...form, bound: '0.25', isQuiet: true };
  expect(changesOf(changed, rule, 'Europe/Berlin')).toMatchObject({
    bound: 0.25,
    quietHours: { from: '22:00', to: '06:00', timeZone: 'Europe/Berlin' },
  });
});

test('fields that are wrong are named, and nothing is tested by them', () => {
  const form = { ...formOf(undefined, 'UTC'), name: 'Late Rows', bound: 'much', forWindows: '0', hysteresis: '-1' };
  expect(Object.keys(problemsOf(form)).sort()).toEqual(['bound', 'forWindows', 'hysteresis', 'name']);
  expect(testedRule(form)).toBeUndefined();
  expect(testedRule({ ...form, bound: '-2.5', forWindows: '3', hysteresis: '0' })).toMatchObject({ bound: -2.5 });
  const filled = { ...formOf(undefined, 'UTC'), name: 'drift', bound: '1' };
  expect(problemsOf(filled, ['drift'])).toEqual({ name: 'There is one of this name.' });
  expect(problemsOf(filled, ['performance'])).toEqual({});
});

test('the picture has a place for every window, a mark where it fires, and none for a window without a value', () => {
  const windows = [0.2, 0.8, null, 0.9].map((value, index) => ({
    from: `2026-0${index + 1}-01`,
    to: `2026-0${index + 2}-01`,
    value,
    broken: (value ?? 0) > 0.5,
    fired: index === 1,
  }));
  const picture = drawPreview({ windows, says: '' }, 0.5, 500, 120);
  expect(picture.points.map(({ broken }) => broken)).toEqual([false, true, true]);
  expect(picture.fired).toEqual([{ x: picture.points[1]?.x, from: '2026-02-01', to: '2026-03-01' }]);
  expect(picture.path.match(/M/g)).toHaveLength(2);
  expect(picture.boundY).toBeGreaterThan(picture.points[1]?.y ?? 0);
  expect(picture.boundY).toBeLessThan(picture.points[0]?.y ?? 0);
});
