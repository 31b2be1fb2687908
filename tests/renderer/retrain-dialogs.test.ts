import { expect, test } from 'vitest';
import {
  type BackfillForm,
  backfillCount,
  dayProblem,
  everyProblem,
  rangeOf,
} from '../../renderer/retrain/backfill/backfill-words.ts';
import { emptyForm, formOf, wishOf } from '../../renderer/retrain/rehearsal/rehearsal-form.ts';
import { curlExample, secretWords } from '../../renderer/retrain/triggers/webhook-words.ts';

const versions: BackfillForm = {
  over: 'versions',
  dataset: 'days',
  from: '1',
  to: ' 5 ',
  parameter: 'version',
  since: '2024-01-01',
  until: '2024-07-01',
  every: '1mo',
  fromParameter: 'from',
  toParameter: undefined,
};
const periods: BackfillForm = { ...versions, over: 'periods' };

test('a backfill is over versions or over periods, once its form is whole', () => {
  expect(rangeOf(versions)).toEqual({ dataset: 'days', from: 1, to: 5, parameter: 'version' });
  expect(rangeOf({ ...versions, to: '' })).toBeUndefined();
  expect(rangeOf({ ...versions, from: '0' })).toBeUndefined();
  expect(rangeOf({ ...versions, parameter: undefined })).toBeUndefined();
  expect(rangeOf(periods)).toEqual({
    since: '2024-01-01T00:00:00.000Z',
    until: '2024-07-01T00:00:00.000Z',
    every: '1mo',
    fromParameter: 'from',
  });
  expect(rangeOf({ ...periods, until: '2024-13-01' })).toBeUndefined();
  expect(rangeOf({ ...periods, every: '1 month' })).toBeUndefined();
  expect(rangeOf({ ...periods, fromParameter: undefined })).toBeUndefined();
  expect([dayProblem(''), everyProblem('')]).toEqual([undefined, undefined]);
});

test('a backfill says how many of its runs ended well', () => {
  const point = { name: 'days@1', parameters: {}, run: null };
  const points = (['succeeded', 'failed', 'waiting'] as const).map((state) => ({ ...point, state }));
  expect(backfillCount({ points })).toBe('1 of 3 done, 1 failed');
  expect(backfillCount({ points: points.slice(0, 1) })).toBe('1 of 1 done');
});

test('an empty form of a rehearsal asks for nothing, and one before fills it', () => {
  expect(wishOf(emptyForm)).toEqual({});
  const limits = { bound: 0.85, driftShare: 0.5, minimumRows: 50 };
  const before = { period: 'year', labelDelay: 3, windowDays: null, limits, policies: [{ policy: 'never' }] } as const;
  const form = formOf({ ...before, policies: [...before.policies] });
  expect(wishOf(form)).toEqual({
    period: 'year',
    labelDelay: 3,
    windowDays: null,
    limits: { bound: 0.85 },
    policies: ['never'],
  });
  expect(wishOf({ ...form, window: '365' })?.windowDays).toBe(365);
  for (const wrong of [{ window: '0' }, { labelDelay: '-1' }, { bound: 'low' }])
    expect(wishOf({ ...form, ...wrong })).toBeUndefined();
});

test('a webhook says where its secret is, and no example holds it', () => {
  const variable = 'GALLEY_WEBHOOK_SECRET_PAST';
  expect(secretWords({ place: 'session', variable })).toContain(variable);
  expect(secretWords({ place: 'none', variable })).toBe(secretWords({ place: 'missing', variable }));
  expect(curlExample('http://127.0.0.1:1/hooks/retrain/past', { variable })).toBe(
    `curl -X POST http://127.0.0.1:1/hooks/retrain/past \\\n  -H "Authorization: Bearer $${variable}"`,
  );
});
