import { setImmediate as nextTurn } from 'node:timers/promises';
import { GalleyError } from '../../base/errors.ts';
import { suggestName } from '../../base/nearest-name.ts';
import type { DriftColumn } from '../../statistics/drift.ts';
import { throwIfAborted } from '../../store/duck.ts';
import type { VersionReference } from '../reference.ts';
import type { SlicedColumn } from './measure-slices.ts';
import { cutColumn } from './slice-cuts.ts';

/** Columns that are sliced by unless others are named: more would bury what matters. */
const mostColumns = 8;

/**
 * The inputs to slice by: those that are named, else the most important ones for the model (at least a tenth of the most
 * important one's importance), in their order; the first ones where that was not measured.
 * @param masked inputs whose values the log does not have
 * @throws GalleyError `monitor.unknown_column`
 */
export function slicingColumns(
  { importance, signature }: VersionReference,
  masked: ReadonlySet<string>,
  by?: readonly string[],
): string[] {
  const names = signature.inputs.map(({ name }) => name);
  for (const name of by ?? []) {
    if (names.includes(name)) continue;
    const message = `The model has no input "${name}". ${suggestName(name, names)}`;
    throw new GalleyError('monitor.unknown_column', message, { details: { column: name, columns: names } });
  }
  if (by) return by.filter((name) => !masked.has(name));
  const shown = names.filter((name) => !masked.has(name));
  const largest = Math.max(0, ...shown.map((name) => importance.get(name) ?? 0));
  const important = shown.filter((name) => largest === 0 || (importance.get(name) ?? 0) >= largest / 10);
  return important
    .toSorted((one, other) => (importance.get(other) ?? 0) - (importance.get(one) ?? 0))
    .slice(0, mostColumns);
}

/** What a side of a comparison has in a column, row by row. */
export type ColumnOfSide = (name: string) => Promise<DriftColumn>;

/** The named columns of both sides, cut by the reference of the version; other calls are answered in between. */
export async function slicedColumns(
  { inputs }: VersionReference,
  names: readonly string[],
  current: ColumnOfSide,
  reference: ColumnOfSide,
  signal?: AbortSignal,
): Promise<SlicedColumn[]> {
  const sliced: SlicedColumn[] = [];
  for (const name of names) {
    throwIfAborted(signal);
    const cut = cutColumn(inputs.find((input) => input.name === name) as DriftColumn);
    const own = cut.codes(await current(name));
    await nextTurn();
    sliced.push({ column: name, slices: cut.slices, current: own, reference: cut.codes(await reference(name)) });
    await nextTurn();
  }
  return sliced;
}
