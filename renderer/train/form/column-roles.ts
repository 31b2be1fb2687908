import type { ColumnRole, ColumnSettings } from '../../../engine/contract/train-features.ts';
import type { ColumnType } from '../../../engine/contract/values.ts';

const roleTitles: Record<ColumnRole, string> = {
  numeric: 'number',
  categorical: 'category',
  ordinal: 'in an order',
  boolean: 'yes or no',
  date: 'date or time',
  text: 'words of a text',
  id: 'names the row',
  ignore: 'left out',
};

const rolesByType: Record<ColumnType, ColumnRole[]> = {
  int64: ['numeric', 'categorical', 'ordinal', 'id'],
  float64: ['numeric', 'categorical', 'ordinal'],
  decimal: ['numeric', 'categorical', 'ordinal'],
  boolean: ['boolean'],
  date: ['date'],
  timestamp: ['date'],
  text: ['categorical', 'ordinal', 'text', 'id'],
};

/** The roles that a column of a type can have, the usual one first. */
export function rolesOf(type: ColumnType): { value: ColumnRole; label: string }[] {
  return rolesByType[type].map((value) => ({ value, label: roleTitles[value] }));
}

/** The role that a column has: the one chosen, else the one of its type. */
export function roleOf(type: ColumnType, settings: ColumnSettings | undefined): ColumnRole {
  return settings?.role ?? rolesByType[type][0] ?? 'categorical';
}

/** Whether a role is read as a number: it can be imputed, scaled and held to a direction. */
export function isNumberRole(role: ColumnRole): boolean {
  return role === 'numeric' || role === 'ordinal';
}

/** `2 settings`; empty where all is as usual. */
export function settingsWords(settings: ColumnSettings | undefined): string {
  const count = Object.keys(settings ?? {}).filter((name) => name !== 'role').length;
  if (count === 0) return '';
  return count === 1 ? '1 setting' : `${count} settings`;
}

/** Values from a text with commas between them; undefined where there are not two. */
export function readOrder(text: string): string[] | undefined {
  const values = [
    ...new Set(
      text
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean),
    ),
  ];
  return values.length < 2 ? undefined : values;
}
