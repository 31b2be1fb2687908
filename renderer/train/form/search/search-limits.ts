import { readParameter, type ValueLimits } from '../parameter-text.ts';

/** The numbers that limit a search, and how it divides the rows. */
export const limitNames = ['trials', 'minutes', 'points', 'folds', 'repeats', 'cores', 'memory'] as const;
export type LimitName = (typeof limitNames)[number];

const limits: Record<LimitName, ValueLimits> = {
  trials: { kind: 'integer', minimum: 1 },
  minutes: { kind: 'number', exclusiveMinimum: 0 },
  points: { kind: 'integer', minimum: 2, maximum: 1000 },
  folds: { kind: 'integer', minimum: 2, maximum: 20 },
  repeats: { kind: 'integer', minimum: 1, maximum: 20 },
  cores: { kind: 'integer', minimum: 1 },
  memory: { kind: 'integer', minimum: 256 },
};

export const limitTitles: Record<LimitName, string> = {
  trials: 'Trials',
  minutes: 'Minutes',
  points: 'Values of a range',
  folds: 'Folds',
  repeats: 'Repeats of the folds',
  cores: 'Cores',
  memory: 'Memory, MB',
};

/** The number that was typed; undefined where nothing was, or something wrong. */
export function readLimit(name: LimitName, text: string): { value?: number; problem?: string } {
  const { value, problem } = readParameter(limits[name], text);
  return problem === undefined ? { value: value === undefined ? undefined : Number(value) } : { problem };
}
