import type { Difference } from '../../contract/data-comparison.ts';
import { type SchemaColumn, sameColumn } from '../schema.ts';

/** Which columns came, went, and have another type. */
export function schemaDifference(
  from: readonly SchemaColumn[],
  to: readonly SchemaColumn[],
): Pick<Difference, 'schema' | 'types'> {
  const before = new Map(from.map((column) => [column.name, column]));
  const names = new Set(to.map(({ name }) => name));
  const changed = to.filter((column) => before.has(column.name) && !sameColumn(column, before.get(column.name)));
  return {
    schema: {
      added: to.filter(({ name }) => !before.has(name)).map(({ name }) => name),
      removed: from.filter(({ name }) => !names.has(name)).map(({ name }) => name),
      changed: changed.map(({ name }) => name),
    },
    types: changed.map(({ name, type }) => ({ name, from: (before.get(name) as SchemaColumn).type, to: type })),
  };
}

/** Columns that both have with one type, in the order of the later version: rows are compared over these. */
export function commonColumns(from: readonly SchemaColumn[], to: readonly SchemaColumn[]): SchemaColumn[] {
  const before = new Map(from.map((column) => [column.name, column]));
  return to.filter((column) => sameColumn(column, before.get(column.name)));
}
