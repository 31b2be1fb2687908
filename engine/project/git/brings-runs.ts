import { readText } from './pointer-files.ts';
import type { TrackedPath } from './tracked-paths.ts';

/** Whether a file that came would make the project run something: SQL of recipes and expectations, or a pipeline. */
export function bringsRuns({ tracked, text }: { tracked: TrackedPath; text: string | undefined }): boolean {
  if (text === undefined) return false;
  if (tracked.kind === 'pipeline') return true;
  if (tracked.kind !== 'recipe' && tracked.kind !== 'expectations') return false;
  const read = readText(text);
  return 'fault' in read || hasSql(read.value, 0);
}

const deepest = 50;

function hasSql(value: unknown, depth: number): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (depth > deepest) return true;
  return Object.entries(value).some(([name, inner]) => name === 'sql' || hasSql(inner, depth + 1));
}
