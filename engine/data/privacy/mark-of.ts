import type { ColumnMark, Marks } from '../../contract/data-privacy.ts';

/** The mark of a column; a column may be named `constructor`, so that only the object's own members count. */
export function markOf(marks: Marks, column: string): ColumnMark | undefined {
  return Object.hasOwn(marks, column) ? marks[column] : undefined;
}
