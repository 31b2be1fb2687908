import type { SchemaColumn } from '../schema.ts';
import { type Answers, type BoundValues, spanOf } from './profile-figures.ts';
import { binCount, quantileLevels, type Span } from './profile-measures.ts';

/** Types whose values come from DuckDB in a form that can be measured here. */
const measured: ReadonlySet<SchemaColumn['type']> = new Set(['int64', 'float64', 'boolean', 'text']);

/** True where `shortAnswers` can measure the column. */
export function isMeasuredHere(column: SchemaColumn): boolean {
  return measured.has(column.type);
}

/** Linear interpolation between order statistics, as DuckDB's `quantile_cont` and numpy do. */
function quantilesOf(sorted: Float64Array): number[] | null {
  if (sorted.length === 0) return null;
  return quantileLevels.map((level) => {
    const place = (sorted.length - 1) * level;
    const low = sorted[Math.floor(place)] as number;
    return low + ((sorted[Math.ceil(place)] as number) - low) * (place - Math.floor(place));
  });
}

function countsByText(texts: readonly string[]): { key: string; value: number }[] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].map(([key, value]) => ({ key, value }));
}

function meanOf(values: Float64Array): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function binsOf(scaled: Float64Array): { key: string; value: number }[] {
  return countsByText(Array.from(scaled, (value) => String(Math.min(binCount - 1, Math.floor(value * binCount)))));
}

function textCounts(texts: readonly string[]) {
  const lengths = texts.map((text) => [...text].length);
  return {
    shortest: texts.length === 0 ? null : lengths.reduce((least, length) => Math.min(least, length)),
    longest: texts.length === 0 ? null : lengths.reduce((most, length) => Math.max(most, length)),
    meanLength: meanOf(Float64Array.from(lengths)),
  };
}

const noBounds: BoundValues = { minimum: null, maximum: null };

/** Bounds of whole numbers, which may be beyond what a number holds exactly. */
function wholeBounds(present: readonly unknown[]): BoundValues {
  if (present.length === 0) return noBounds;
  const values = present.map((value) => BigInt(String(value))).sort((a, b) => (a < b ? -1 : 1));
  return { minimum: String(values[0]), maximum: String(values.at(-1)) };
}

function numberAnswers(column: SchemaColumn, present: readonly unknown[]) {
  const all = Float64Array.from(present, Number);
  const sorted = all.filter((value) => Number.isFinite(value)).sort();
  const bounds =
    column.type === 'int64' ? wholeBounds(present) : { minimum: sorted[0] ?? null, maximum: sorted.at(-1) ?? null };
  const span: Span = spanOf(column, bounds, sorted.length < all.length);
  const isSpread = Number.isFinite(span.range);
  const scaled = sorted.map((value) => (span.range === 0 ? 0 : (value - (span.minimum as number)) / span.range));
  const mean = isSpread ? meanOf(scaled) : null;
  const deviation = mean === null ? null : Math.sqrt(meanOf(scaled.map((value) => (value - mean) ** 2)) as number);
  return {
    bounds,
    span,
    zeros: all.length === 0 ? null : all.filter((value) => value === 0).length,
    mean,
    deviation,
    bins: isSpread ? binsOf(scaled) : null,
    quantiles: quantilesOf(sorted),
  };
}

/** What the queries would answer about a column of a short table, measured from its values in DuckDB's JSON form. */
export function shortAnswers(column: SchemaColumn, values: readonly unknown[]): Answers {
  const present = values.filter((value) => value !== null);
  const isNumber = column.type === 'int64' || column.type === 'float64';
  const numbers = isNumber ? numberAnswers(column, present) : undefined;
  const texts = present.map((value) => (Object.is(value, -0) ? '0' : String(value)));
  const frequencies = countsByText(texts);
  const sorted = column.type === 'boolean' ? [...present].sort() : [];
  const lengths = column.type === 'text' ? textCounts(texts) : { shortest: null, longest: null, meanLength: null };
  return {
    bounds: numbers?.bounds ?? noBounds,
    span: numbers?.span ?? spanOf(column, noBounds, false),
    counts: {
      present: present.length,
      distinct: frequencies.length,
      least: sorted[0] ?? null,
      greatest: sorted.at(-1) ?? null,
      zeros: numbers?.zeros ?? null,
      ...lengths,
      mean: numbers?.mean ?? null,
      deviation: numbers?.deviation ?? null,
    },
    shape: { bins: numbers?.bins ?? null, quantiles: numbers?.quantiles ?? null, frequencies },
    recount: null,
  };
}
