import type { FrameColumn } from '../../base/frame.ts';
import type { Finding } from '../../contract/data-findings.ts';
import { findLeaks, type Scored } from './leaks.ts';
import { pairMeasure } from './measures.ts';
import { leftOutReason, relationColumn } from './relation-columns.ts';
import { singleColumnScore } from './single-column-score.ts';

/**
 * Columns that may give a target away, by the rules of the relations of a dataset.
 * @param columns the same rows as the target's; a few ten thousand at most.
 */
export function suspectLeaks(target: FrameColumn, columns: readonly FrameColumn[]): Finding[] {
  const goal = { ...countsOf(target), type: target.type };
  const isClass = goal.type === 'text' || goal.type === 'boolean' || (goal.type === 'int64' && goal.distinct === 2);
  const related = relationColumn(target, goal);
  const scored = columns.flatMap((column): Scored[] => {
    const counts = countsOf(column);
    if (leftOutReason({ ...counts, type: column.type }) !== undefined) return [];
    const one = relationColumn(column, counts);
    const relation = {
      name: column.name,
      kind: one.kind,
      ...pairMeasure(one, isClass ? { ...related, kind: 'category' } : related),
      mutualInformation: 0,
      score: singleColumnScore(one, related, isClass),
    };
    return [{ column: one, relation }];
  });
  const scoredBy = isClass ? 'auc' : 'r2';
  return findLeaks({ target: related, isClass, scoredBy, columns: scored, time: null, isTime: () => false });
}

function countsOf({ kind, values }: FrameColumn): { rows: number; missing: number; distinct: number } {
  const present =
    kind === 'text' ? values.filter((value) => value !== null) : values.filter((value) => !Number.isNaN(value));
  const distinct = new Set<string | number | null>(present).size;
  return { rows: values.length, missing: values.length - present.length, distinct };
}
