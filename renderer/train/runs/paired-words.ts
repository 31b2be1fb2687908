import type { Run } from '../../../engine/contract/train.ts';
import type { RunDifference } from '../../../engine/contract/train-evaluation.ts';
import { formatNumber } from '../../ui/format.ts';

/** Of the run that is compared, against the other. */
export const verdictWords: Record<RunDifference['verdict'], string> = {
  first: 'better',
  second: 'worse',
  unclear: 'not clearly different',
};

export const verdictTones = {
  first: 'good',
  second: 'warning',
  unclear: 'idle',
} as const satisfies Record<RunDifference['verdict'], string>;

/** Metrics that all of the runs have, the one that ranks the first of them first. */
export function commonMetrics(runs: readonly Run[]): string[] {
  const ranking = runs[0]?.metric.name;
  const names = Object.keys(runs[0]?.metrics ?? {}).filter((name) =>
    runs.every(({ metrics }) => typeof metrics[name] === 'number'),
  );
  return names.toSorted((one, other) => Number(other === ranking) - Number(one === ranking));
}

/** How far an axis around 0 must reach so that every gain with its interval is on it. */
export function largestGain(differences: readonly RunDifference[]): number {
  const ends = differences.flatMap(({ gain: { value, low, high } }) => [value ?? 0, low ?? 0, high ?? 0]);
  return Math.max(...ends.map(Math.abs), 0) || 1;
}

const testNames = { delong: "DeLong's test", mcnemar: "McNemar's test" };

/** `McNemar's test: p = 0.031.`; empty where there is none. */
export function testWords(tests: RunDifference['tests']): string {
  return tests
    .map(({ name, p }) => `${testNames[name]}: p ${p < 0.001 ? '< 0.001' : `= ${formatNumber(p)}`}.`)
    .join(' ');
}
