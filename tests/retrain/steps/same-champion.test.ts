import { expect, test } from 'vitest';
import type { ComparisonArtifact } from '../../../engine/contract/retrain-artifacts.ts';
import type { DirectedPhases } from '../../../engine/retrain/step-tools.ts';
import { requireSameChampion } from '../../../engine/retrain/steps/same-champion.ts';

const comparison = {
  model: 'sales',
  champion: { version: 1, value: 0.5 },
  challenger: { version: 2, value: 0.6 },
} as ComparisonArtifact;

/** Packages in which each of these names stands for a version. */
const named = (versions: Record<string, number>) =>
  ({ packages: { resolve: (name: string) => ({ version: { version: versions[name] } }) } }) as unknown as Pick<
    DirectedPhases,
    'packages'
  >;

test('evidence holds as long as what named the champion means it, or the challenger that took its place', () => {
  const found = { ...comparison, against: 'sales@live' };
  requireSameChampion(named({ 'sales@live': 1, 'sales@champion': 3 }), found);
  requireSameChampion(named({ 'sales@live': 2 }), found);
  expect(() => requireSameChampion(named({ 'sales@live': 3 }), found)).toThrow('but sales@live is version 3 by now');
});

test('a comparison of before that name was kept is held to the alias champion', () => {
  requireSameChampion(named({ 'sales@champion': 1 }), comparison);
  expect(() => requireSameChampion(named({ 'sales@champion': 3 }), comparison)).toThrow('sales@champion is version 3');
});
