import type { RowWeights } from '../../../engine/contract/train-features.ts';
import { readParameter } from './parameter-text.ts';

export type ClassWeighting = 'alike' | 'balanced' | 'own';

export const weightingOptions: { value: ClassWeighting; label: string }[] = [
  { value: 'alike', label: 'Each row alike' },
  { value: 'balanced', label: 'Rare as much as frequent ones' },
  { value: 'own', label: 'By weights of your own' },
];

/** The weight that was typed; undefined for nothing, which counts as 1. */
export function readWeight(text: string): { value?: number; problem?: string } {
  const { value, problem } = readParameter({ kind: 'number', minimum: 0 }, text);
  return problem === undefined ? { value: value === undefined ? undefined : Number(value) } : { problem };
}

/** How classes count, for the engine; undefined where all rows count alike. */
export function classWeightsOf(
  weighting: ClassWeighting,
  texts: Readonly<Record<string, string>>,
): RowWeights['classes'] | undefined {
  if (weighting !== 'own') return weighting === 'balanced' ? 'balanced' : undefined;
  const weights = Object.entries(texts).flatMap(([label, text]) => {
    const { value } = readWeight(text);
    return value === undefined ? [] : [[label, value] as const];
  });
  return weights.length === 0 ? undefined : Object.fromEntries(weights);
}
