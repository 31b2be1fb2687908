import { expect, test } from 'vitest';
import type { Split } from '../../engine/contract/train.ts';
import { rowIdentityOf } from '../../engine/train/row-units.ts';
import { type Reference, referenceTypes, sampleFrame, sampleReference, sharedSet } from '../support/sample-frames.ts';
import { trainOn } from '../support/train-sample.ts';

/*
 * Boosted trees and forests with their defaults against scikit-learn's, on the references' columns and split: AUC or R2 may
 * be less by no more than this.
 */
const tolerances = {
  trees: { reference: 'hist_gradient_boosting', tolerance: 0.005 },
  forest: { reference: 'random_forest', tolerance: 0.01 },
} as const;

function primary(metrics: Record<string, number | null>): number {
  return (metrics.roc_auc ?? metrics.roc_auc_ovr_macro ?? metrics.r2) as number;
}

for (const name of ['penguins', 'titanic', 'spam', 'arrests', 'diamonds']) {
  for (const learner of ['trees', 'forest'] as const) {
    test(`${name}: ${learner} are no worse than scikit-learn's`, async (context) => {
      const { reference, frame } = name === 'penguins' ? penguins() : sharedSet(context, name);
      const features = [...reference.numeric, ...reference.categorical];
      const { metrics } = await trainOn(frame, { target: reference.target, features }, learner);
      const wanted = reference.holdout?.[tolerances[learner].reference] ?? {};
      expect(primary(metrics)).toBeGreaterThan(primary(wanted) - tolerances[learner].tolerance);
    }, 120_000);
  }
}

/** Two standard errors of the difference between an AUC of 1,046 rows and a mean of three such: measured, about 0.02 each. */
const judgement = 0.045;

test('arrests: a forest is judged alike by a split at random and by every fifth row', async (context) => {
  const { reference, frame } = sharedSet(context, 'arrests');
  const request = { target: reference.target, features: [...reference.numeric, ...reference.categorical] };
  const judged = async (change: object) => {
    const { metrics, prepared } = await trainOn(frame, { ...request, ...change }, 'forest');
    expect(prepared.warnings).toEqual([]);
    return primary(metrics);
  };
  const byPosition = await judged({});
  for (const kind of ['random', 'stratified'] as const) {
    let sum = 0;
    for (const seed of [0, 1, 2]) {
      const split: Split = { kind, by: reference.target, holdout: 0.2, seed };
      sum += await judged({ split, rowIdentity: rowIdentityOf(split, frame.columns, [], reference.target) });
    }
    expect(Math.abs(sum / 3 - byPosition)).toBeLessThan(judgement);
  }
}, 120_000);

function penguins(): { reference: Reference; frame: ReturnType<typeof sampleFrame> } {
  const reference = sampleReference('penguins');
  return { reference, frame: sampleFrame('penguins', 'penguins.csv', referenceTypes(reference)) };
}
