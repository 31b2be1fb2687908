import type { ColumnBins } from '../../statistics/profile/reference-bins.ts';

/**
 * What the bins of a column are called in metrics, in the order of its counts: `=3` for a value of its own, `[1,2)` for an
 * interval, `=red` for a level; `other` and `unseen` for the rest of the levels.
 */
export function binLabels(bins: ColumnBins): string[] {
  if (bins.kind === 'text') return [...bins.levels.map((level) => `=${level}`), 'other', 'unseen'];
  const bounds = ['-Inf', ...bins.edges.map(String), '+Inf'];
  const intervals = bounds.slice(1).map((end, index) => `[${bounds[index]},${end})`);
  return [...bins.massPoints.map((value) => `=${value}`), ...intervals];
}

/** Of rows without a value. */
export const missingLabel = 'missing';
