import { expect, test } from 'vitest';
import type { Probation } from '../../engine/contract/retrain-probation.ts';
import {
  probationCount,
  probationGain,
  probationRule,
  probationState,
} from '../../renderer/retrain/probation-words.ts';

const running: Probation = {
  run: 'pr_1',
  step: 'release',
  model: 'ridership',
  deployment: 'ridership',
  version: 4,
  champion: 3,
  as: 'live',
  wanted: 50,
  labelled: 12,
  state: 'running',
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: null,
  found: null,
  reason: null,
};
const metric = { name: 'r2', lowerIsBetter: false };

test('a probation says how far it is and what will come of it', () => {
  expect(probationCount(running)).toBe('12 of 50 labelled requests');
  expect(probationCount({ labelled: 61, wanted: 50 })).toBe('50 of 50 labelled requests');
  expect(probationState(running)).toEqual({ tone: 'information', text: 'on probation' });
  expect(probationRule(running)).toMatch(/with version 3 .*: it stays, or is taken back where it is worse\.$/);
  expect(probationRule({ ...running, as: 'canary' })).toContain('answers all requests from then on');
  expect(probationGain(running)).toBeUndefined();
});

test('an ended probation has the gain where there was something to compare', () => {
  const found = { metric, rows: 50, champion: 0.9, version: 0.4, gain: -0.5, interval: [-0.7, -0.3] };
  const undone: Probation = { ...running, state: 'undone', labelled: 50, found, reason: 'It did worse.' };
  expect(probationState(undone)).toEqual({ tone: 'bad', text: 'taken back' });
  expect(probationGain(undone)).toBe('A gain of −0.500 on 50 requests, 95 % interval −0.700 to −0.300');
  expect(probationGain({ found: { ...found, interval: null } })).toBe('A gain of −0.500 on 50 requests');
  expect(probationGain({ found: { ...found, gain: null } })).toBeUndefined();
});
