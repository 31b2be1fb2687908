import {
  type ColumnRole,
  type ColumnSettings,
  rolesOfType,
  settingsOfRole,
} from '../../../engine/contract/train-features.ts';
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

/** Types whose values may tell rows apart. */
const namingTypes: readonly ColumnType[] = ['int64', 'text'];

/** The roles that a column of a type can have, the usual one first. To leave a column out has a box of its own. */
export function rolesOf(type: ColumnType): { value: ColumnRole; label: string }[] {
  const roles: ColumnRole[] = [...rolesOfType[type], ...(namingTypes.includes(type) ? ['id' as const] : [])];
  return roles.map((value) => ({ value, label: roleTitles[value] }));
}

/** The role that a column has: the one chosen, else the one of its type. */
export function roleOf(type: ColumnType, settings: ColumnSettings | undefined): ColumnRole {
  return settings?.role ?? rolesOfType[type][0] ?? 'categorical';
}

/** What changes in a column's settings when another role is chosen: those that the role does not heed are taken back. */
export function roleChange(
  type: ColumnType,
  role: ColumnRole,
  settings: ColumnSettings | undefined,
): Partial<ColumnSettings> {
  const heeded: readonly string[] = role === 'id' || role === 'ignore' ? [] : settingsOfRole[role];
  const unheeded = Object.keys(settings ?? {}).filter((name) => name !== 'role' && !heeded.includes(name));
  const isUsual = role === rolesOfType[type][0];
  return { ...Object.fromEntries(unheeded.map((name) => [name, undefined])), role: isUsual ? undefined : role };
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
