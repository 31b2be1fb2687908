import type { ColumnProfile } from '../../../engine/contract/data.ts';
import type { ColumnMark } from '../../../engine/contract/data-privacy.ts';
import type { Problem } from '../../../engine/contract/values.ts';

/** A column of the dataset as the form offers it. */
export interface FormColumn extends Pick<ColumnProfile, 'name' | 'type' | 'distinct' | 'missing'> {
  /** The engine would learn from it. */
  proposed: boolean;
  mark?: ColumnMark;
  /** Why it is left out, or what is to be known of it. */
  remark: string;
}

/** Every column but the target, as proposed for it. */
export function formColumns(
  profile: readonly ColumnProfile[],
  target: string | undefined,
  proposed: readonly string[],
  warnings: readonly Problem[],
  marks: Readonly<Record<string, ColumnMark>>,
): FormColumn[] {
  const names = new Set(proposed);
  const remarks = new Map(warnings.flatMap(({ column, message }) => (column === undefined ? [] : [[column, message]])));
  return profile
    .filter(({ name }) => name !== target)
    .map(({ name, type, distinct, missing }) => ({
      name,
      type,
      distinct,
      missing,
      proposed: names.has(name),
      ...(Object.hasOwn(marks, name) ? { mark: marks[name] } : {}),
      remark: remarks.get(name) ?? '',
    }));
}
