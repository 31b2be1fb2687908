import type { OutputOf } from '../../contract/call.ts';
import type { RunDetail, trainCalls } from '../../contract/train.ts';
import { differencesOf } from '../differences.ts';

type Comparison = Omit<OutputOf<typeof trainCalls.compare>, 'runs'>;

/** Where runs differ, and which of them learnt from which column where not all did. */
export function compareRuns(details: readonly RunDetail[]): Comparison {
  const differences = differencesOf(
    details.map(({ recipe, environment, run }) => ({ recipe, environment, metrics: run.metrics })),
  );
  const sets = details.map(({ recipe }) => new Set(recipe.features));
  const names = [...new Set(details.flatMap(({ recipe }) => recipe.features))];
  const features = names
    .map((name) => ({ name, in: sets.map((set) => set.has(name)) }))
    .filter((feature) => feature.in.includes(false));
  return { differences, features };
}
