import { expect, test } from 'vitest';
import { StandingAlerts, type Verdicts } from '../../../engine/retrain/rehearsal/standing-alerts.ts';

const kept: Verdicts = { performance: false, drift: false };
const worse: Verdicts = { performance: true, drift: false };
const drifted: Verdicts = { performance: false, drift: true };
const both: Verdicts = { performance: true, drift: true };
const unknown: Verdicts = { performance: null, drift: null };

test('a rule that stays broken is told once, and again after it was kept', () => {
  const alerts = new StandingAlerts();
  expect(alerts.look(1, worse)).toEqual(['performance']);
  expect(alerts.look(1, worse)).toEqual([]);
  expect(alerts.standing(1)).toEqual(['performance']);
  expect(alerts.look(1, kept)).toEqual([]);
  expect(alerts.standing(1)).toEqual([]);
  expect(alerts.look(1, worse)).toEqual(['performance']);
});

test('a look that says nothing changes nothing', () => {
  const alerts = new StandingAlerts();
  alerts.look(1, worse);
  expect(alerts.look(1, unknown)).toEqual([]);
  expect(alerts.standing(1)).toEqual(['performance']);
});

test('rules that break together are one alert; a graver one makes it be told again, a lighter one does not', () => {
  expect(new StandingAlerts().look(1, both)).toEqual(['performance', 'drift']);
  const lighterFirst = new StandingAlerts();
  expect(lighterFirst.look(1, drifted)).toEqual(['drift']);
  expect(lighterFirst.look(1, both)).toEqual(['performance', 'drift']);
  const graverFirst = new StandingAlerts();
  expect(graverFirst.look(1, worse)).toEqual(['performance']);
  expect(graverFirst.look(1, both)).toEqual([]);
  expect(graverFirst.standing(1)).toEqual(['performance', 'drift']);
});

test('another version begins without alerts', () => {
  const alerts = new StandingAlerts();
  alerts.look(1, worse);
  expect(alerts.standing(2)).toEqual([]);
  expect(alerts.look(2, worse)).toEqual(['performance']);
  expect(alerts.standing(1)).toEqual([]);
});
