import { GalleyError } from '../base/errors.ts';
import type { NotCompared } from '../contract/monitor-drift.ts';
import type { ColumnType } from '../contract/values.ts';
import type { ReadColumn } from './column-samples.ts';
import { comparableKind } from './comparable-input.ts';

/** Which columns of a reference can be compared, in its types, and which cannot. */
export interface ColumnPairing {
  compared: ReadColumn[];
  notCompared: NotCompared[];
}

interface Reference {
  /** `NAME@3`, for messages. */
  name: string;
  schema: readonly ReadColumn[];
}

/**
 * The columns of a reference that the current rows have by name.
 * @throws GalleyError `monitor.nothing_to_compare` where there is none
 */
export function pairColumns(
  reference: Reference,
  current: readonly { name: string }[],
): { common: ReadColumn[]; notCompared: NotCompared[] } {
  const has = new Set(current.map(({ name }) => name));
  const columns = reference.schema.map(({ name, type }) => ({ name, type }));
  const common = columns.filter(({ name }) => has.has(name));
  const notCompared = columns
    .filter(({ name }) => !has.has(name))
    .map((column) => ({ ...column, currentType: null, reason: 'vanished' as const }));
  if (common.length > 0) return { common, notCompared };
  const message = `${reference.name} has no column in common with what it is compared with.`;
  throw new GalleyError('monitor.nothing_to_compare', message, {
    details: { reference: columns.map(({ name }) => name), current: [...has] },
  });
}

/**
 * The same of rows that have types of their own: a column of another kind cannot be compared.
 * @throws GalleyError `monitor.nothing_to_compare` where no column has its name
 */
export function pairVersions(reference: Reference, current: readonly ReadColumn[]): ColumnPairing {
  const { common, notCompared } = pairColumns(reference, current);
  const types = new Map(current.map(({ name, type }) => [name, type]));
  const changed = common.filter(({ name, type }) => comparableKind(types.get(name) ?? type) !== comparableKind(type));
  return withoutChanged(common, notCompared, current, new Set(changed.map(({ name }) => name)));
}

/** Moves the columns that changed their type to those that cannot be compared. */
export function withoutChanged(
  common: readonly ReadColumn[],
  notCompared: readonly NotCompared[],
  current: readonly { name: string; type: ColumnType }[],
  changed: ReadonlySet<string>,
): ColumnPairing {
  const types = new Map(current.map(({ name, type }) => [name, type]));
  const moved = common
    .filter(({ name }) => changed.has(name))
    .map((column) => ({ ...column, currentType: types.get(column.name) ?? null, reason: 'changed_type' as const }));
  return {
    compared: common.filter(({ name }) => !changed.has(name)),
    notCompared: [...notCompared, ...moved],
  };
}
