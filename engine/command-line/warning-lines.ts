import type { Problem } from '../contract/values.ts';

/** A line a warning, and an empty one after the last. */
export function warningLines(warnings: readonly Problem[]): string[] {
  if (warnings.length === 0) return [];
  return [...warnings.map(({ message }) => `Warning: ${message}`), ''];
}
