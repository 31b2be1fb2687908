import { expect, test } from 'vitest';
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

function penguins(): { reference: Reference; frame: ReturnType<typeof sampleFrame> } {
  const reference = sampleReference('penguins');
  return { reference, frame: sampleFrame('penguins', 'penguins.csv', referenceTypes(reference)) };
}
