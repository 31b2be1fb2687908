import type { ColumnSettings } from '../../../engine/contract/train-features.ts';
import { isNumberRole, roleOf } from './column-roles.ts';
import type { FormColumn } from './form-columns.ts';

/** Two columns that become one more feature together. */
export type Interaction = readonly [first: string, second: string];

/** Numbers are multiplied, categories put together; other columns, and one of each kind, make no feature. */
export type InteractionKind = 'number' | 'category';

export function interactionKind(column: FormColumn, settings: ColumnSettings | undefined): InteractionKind | undefined {
  const role = roleOf(column.type, settings);
  if (isNumberRole(role)) return 'number';
  return role === 'categorical' || role === 'boolean' ? 'category' : undefined;
}

/** Columns that can be combined with the first one, and are not yet. */
export function partnersOf(
  first: FormColumn,
  columns: readonly FormColumn[],
  settings: Readonly<Record<string, ColumnSettings>>,
  taken: readonly Interaction[],
): FormColumn[] {
  const kind = interactionKind(first, settings[first.name]);
  if (kind === undefined) return [];
  return columns.filter((column) => {
    if (column.name === first.name || interactionKind(column, settings[column.name]) !== kind) return false;
    return !taken.some((pair) => pair.includes(first.name) && pair.includes(column.name));
  });
}
