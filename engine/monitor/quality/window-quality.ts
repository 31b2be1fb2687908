import type { FieldSignature, Signature } from '../../contract/values.ts';
import type { EncodedCounts } from '../../statistics/profile/encode.ts';
import type { PreparedReference } from '../../statistics/profile/reference-profile.ts';
import { type ProfileUnit, profileUnits, spanStart } from '../../statistics/profile/window-time.ts';
import type { QualityWindow } from '../profiles/profile-store.ts';
import { addCounts, type ColumnCounts, type CountedSpan, columnIn, type GrowingSpan } from './quality-counts.ts';

/** Of an input: missing, unseen, out of range, infinite, masked. */
type WrittenCounts = [number, number, number, number, number];

/** Counts of the inputs of one version; those without anything are left out. */
export function writeQuality(columns: ReadonlyMap<string, ColumnCounts>): string {
  const written: Record<string, WrittenCounts> = {};
  for (const [name, { missing, unseen, outOfRange, infinite, masked }] of columns) {
    const counts: WrittenCounts = [missing, unseen, outOfRange, infinite, masked];
    if (counts.some((count) => count > 0)) written[name] = counts;
  }
  return JSON.stringify(written);
}

/**
 * Adds what is counted of a window to a span.
 * @param reference what the window was counted against; may be null where it was stored with counts of quality
 */
export function addWindow(
  span: GrowingSpan,
  window: Pick<QualityWindow, 'rows' | 'flagged' | 'quality' | 'columns'>,
  signature: Pick<Signature, 'inputs'>,
  reference: PreparedReference | null,
): void {
  span.rows += window.rows;
  span.flagged += window.flagged;
  const written: Record<string, WrittenCounts> = window.quality === null ? {} : JSON.parse(window.quality);
  for (const field of signature.inputs) {
    const [missing, unseen, outOfRange, infinite, masked] =
      window.columns && reference ? ofBins(field, window.columns, reference) : (written[field.name] ?? [0, 0, 0, 0, 0]);
    addCounts(columnIn(span, field.name), { rows: window.rows, missing, unseen, outOfRange, infinite, masked });
  }
}

/** What bins tell of a column; of a masked one no more than how many rows have no value. */
function ofBins(field: FieldSignature, columns: readonly EncodedCounts[], reference: PreparedReference): WrittenCounts {
  const index = reference.profile.columns.findIndex(({ role, bins }) => role === 'input' && bins.name === field.name);
  const [counts, prepared] = [columns[index], reference.columns[index]];
  if (!counts || !prepared) return [0, 0, 0, 0, 0];
  const { missing = 0, masked = 0, below = 0, above = 0, positiveInfinite = 0, negativeInfinite = 0 } = counts;
  const isCategory = field.categories !== undefined && prepared.kind === 'text';
  const isRanged = !isCategory && (typeof field.minimum === 'number' || typeof field.maximum === 'number');
  const unseen = isCategory ? (counts.counts.at(-1) ?? 0) : 0;
  return [missing, unseen, isRanged ? below + above : 0, positiveInfinite + negativeInfinite, masked];
}

/** The spans of a part by the windows that they lie in. @param hoursSince before which spans are days */
export function spansOfPart(
  spans: readonly CountedSpan[],
  hoursSince: number,
): (unit: ProfileUnit, start: number) => CountedSpan[] {
  const byUnit = profileUnits.map((unit) =>
    Map.groupBy(
      spans.filter(({ from }) => unit !== 'hour' || from >= hoursSince),
      ({ from }) => spanStart(unit, from),
    ),
  );
  return (unit, start) => byUnit[profileUnits.indexOf(unit)]?.get(start) ?? [];
}

/** All of the spans in one, with what a window had before. */
export function joinedQuality(
  spans: readonly CountedSpan[],
  before: QualityWindow | null,
  signature: Pick<Signature, 'inputs'>,
  reference: PreparedReference,
): string {
  const joined: GrowingSpan = { from: 0, rows: 0, flagged: 0, columns: new Map() };
  if (before) addWindow(joined, before, signature, reference);
  for (const { columns } of spans) {
    for (const [name, counts] of columns) addCounts(columnIn(joined, name), counts);
  }
  return writeQuality(joined.columns);
}
