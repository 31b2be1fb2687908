import { expect, test } from 'vitest';
import { type Comparison, type DecisionFacts, decide, unchanged } from '../../engine/retrain/decision.ts';

const comparison: Comparison = {
  champion: 0.8,
  challenger: 0.85,
  gain: 0.05,
  interval: [0.01, 0.09],
  confidence: 0.99,
  rows: 73,
};

function facts(change: Partial<Comparison> = {}, margin = 0): DecisionFacts {
  return {
    champion: 1,
    challenger: 2,
    metric: { name: 'r2', lowerIsBetter: false },
    margin,
    holdout: 'every row whose position divides by 5 of ridership@2',
    comparison: { ...comparison, ...change },
  };
}

test('a sure gain above the margin is promoted, with its figures in the reason', () => {
  const decision = decide(facts());
  expect(decision).toMatchObject({
    promoted: true,
    champion: { version: 1, value: 0.8 },
    challenger: { version: 2, value: 0.85 },
    gain: 0.05,
    interval: [0.01, 0.09],
    rows: 73,
  });
  expect(decision.reason).toBe(
    'Version 2 is better: R² 0.85 against 0.8 of version 1 on 73 rows that neither was trained on.',
  );
});

test.each([
  ['a loss', { gain: -0.02, confidence: 0.1 }, 0, 'a gain of -0.02'],
  ['no gain at all', { gain: 0, confidence: 0.5 }, 0, 'a gain of 0.'],
  ['a gain below the margin', { gain: 0.05 }, 0.1, 'where more than 0.1 is wanted'],
  ['a gain that may be chance', { gain: 0.05, confidence: 0.949 }, 0, 'holds in 94 % of resamples only'],
  ['too few common rows', { rows: 19 }, 0, '19 rows are left that neither model was trained on'],
  ['an undefined metric', { gain: null, interval: null, confidence: null }, 0, 'R² is undefined'],
])('%s is refused, and the reason says so', (_, change, margin, reason) => {
  const decision = decide(facts(change, margin));
  expect(decision.promoted).toBe(false);
  expect(decision.reason).toContain(reason);
});

test('a challenger that is the champion itself is no challenger', () => {
  const decision = unchanged(facts());
  expect(decision).toMatchObject({ promoted: false, challenger: { version: 1 }, gain: null, rows: 0 });
});
