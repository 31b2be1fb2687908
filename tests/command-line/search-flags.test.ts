import { expect, test } from 'vitest';
import { budgetOf, capsOf, spacesOf } from '../../engine/command-line/search-flags.ts';

test.each([
  [{ budget: '60s' }, { seconds: 60 }],
  [
    { budget: '1.5m', trials: '20' },
    { seconds: 90, trials: 20 },
  ],
  [{ budget: '2h' }, { seconds: 7200 }],
  [{ budget: '5' }, { seconds: 5 }],
  [{ trials: '3' }, { trials: 3 }],
  [{}, undefined],
])('%j is the budget %j', (flags, budget) => expect(budgetOf(flags)).toEqual(budget));

test('a budget that is no time is refused', () => {
  expect(() => budgetOf({ budget: 'soon' })).toThrow(/60s, 5m or 1h/);
});

test('caps are those that were given', () => {
  expect(capsOf({ cores: '2' })).toEqual({ cores: 2 });
  expect(capsOf({})).toBeUndefined();
});

test('ranges are numbers or choices, of the one learner or of the one named', () => {
  const range = [
    'rounds=50..500:log',
    'learning_rate=0.01..0.3:log',
    'max_leaves=15|31',
    'loss=squared|absolute',
    'l2=-1..1e2',
  ];
  expect(spacesOf({ range }, ['trees'])).toEqual({
    trees: {
      rounds: { kind: 'number', low: 50, high: 500, scale: 'log' },
      learning_rate: { kind: 'number', low: 0.01, high: 0.3, scale: 'log' },
      max_leaves: { kind: 'choice', values: [15, 31] },
      loss: { kind: 'choice', values: ['squared', 'absolute'] },
      l2: { kind: 'number', low: -1, high: 100 },
    },
  });
  expect(spacesOf({ range: ['linear.alpha=0.1..10'] }, ['linear', 'trees'])).toEqual({
    linear: { alpha: { kind: 'number', low: 0.1, high: 10 } },
  });
  expect(() => spacesOf({ range: ['alpha=0.1..10'] }, ['linear', 'trees'])).toThrow(/LEARNER.PARAMETER/);
  expect(() => spacesOf({ range: ['nothing'] }, ['linear'])).toThrow(/PARAMETER=FROM/);
});
