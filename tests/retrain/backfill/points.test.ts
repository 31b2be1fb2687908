import { expect, test } from 'vitest';
import { GalleyError } from '../../../engine/base/errors.ts';
import { pointsOf } from '../../../engine/retrain/backfill/points.ts';

/** Versions 1 to 5, without the third. */
const data = {
  resolve: (reference: string) => {
    if (reference === 'x@3') throw new GalleyError('data.unknown_version', 'It was deleted.');
    return { number: Number(reference.split('@')[1] ?? 5) } as never;
  },
};

test('there is a point for each version that is there', () => {
  const over = { dataset: 'x', from: 2, to: 4, parameter: 'version' };
  expect(pointsOf(over, data)).toEqual([
    { name: 'x@2', parameters: { version: 2 } },
    { name: 'x@4', parameters: { version: 4 } },
  ]);
});

test('months keep their day, the last one of shorter months, and the last period ends with the range', () => {
  const over = {
    since: '2024-01-31T00:00:00Z',
    until: '2024-04-10T00:00:00Z',
    every: '1mo',
    fromParameter: 'from',
    toParameter: 'to',
  };
  expect(pointsOf(over, data).map(({ parameters }) => parameters)).toEqual([
    { from: '2024-01-31', to: '2024-02-29' },
    { from: '2024-02-29', to: '2024-03-31' },
    { from: '2024-03-31', to: '2024-04-10' },
  ]);
});

test.each([
  { dataset: 'x', from: 4, to: 2, parameter: 'version' },
  { dataset: 'x', from: 1, to: 9, parameter: 'version' },
  { since: '2024-02-01T00:00:00Z', until: '2024-01-01T00:00:00Z', every: '1d', fromParameter: 'from' },
  { since: '2020-01-01T00:00:00Z', until: '2024-01-01T00:00:00Z', every: '1d', fromParameter: 'from' },
  { since: '2024-01-01T00:00:00Z', until: '2024-02-01T00:00:00Z', every: '1d' },
])('%j cannot be run over', (over) => {
  expect(() => pointsOf(over, data)).toThrow(expect.objectContaining({ code: 'retrain.invalid_backfill' }));
});
