import { adjustedPValues, type Moments, meanOfMoments, varianceOfMoments, welchLargerP } from './welch.ts';

/** A column cut into parts that a slice may be made of. */
export interface SliceColumn {
  /** One a row, in [0, parts); -1 for a row of no part. */
  codes: Int32Array;
  parts: number;
}

/** Rows that lie in one part of each of one or two columns. */
export interface FoundSlice {
  /** Column and part; by column. */
  conditions: { column: number; part: number }[];
  rows: number;
  meanLoss: number;
  /** Standard error of the mean. */
  error: number;
  /** (mean here - mean of the other rows) / sqrt of the mean of both variances. */
  effect: number;
  /** One-sided, adjusted for all slices that were looked at. */
  p: number;
}

export interface SliceSearch {
  slices: FoundSlice[];
  /** Slices that were compared with the rest. */
  looked: number;
}

export interface SliceOptions {
  minimumRows: number;
  /** Slices with a smaller effect are not told. */
  minimumEffect: number;
  /** Chance of a told slice to be none. */
  level: number;
  /** Single conditions that are tried together with a second one. */
  beam: number;
  most: number;
}

interface Candidate {
  conditions: FoundSlice['conditions'];
  inside: Moments;
  effect: number;
  p: number;
}

/**
 * Parts of the rows on which the loss is larger than elsewhere, after SliceFinder (Chung et al. 2019): all single
 * conditions, then the worst of them each with every other column. What is told stands out by effect size and by Welch's
 * test, adjusted for everything that was looked at (Benjamini, Hochberg 1995); of slices inside one another the simpler
 * stays unless the narrower is clearly worse.
 * @param losses one a row, less is better.
 */
export function searchSlices(
  losses: Float64Array,
  columns: readonly SliceColumn[],
  options: SliceOptions,
): SliceSearch {
  const all = momentsOf(losses);
  const everyRow = Int32Array.from(losses.keys());
  const judge = (conditions: FoundSlice['conditions'], inside: Moments): Candidate[] => {
    const outside = minus(all, inside);
    if (inside.rows < options.minimumRows || outside.rows < options.minimumRows) return [];
    const p = welchLargerP(inside, outside);
    return p === null ? [] : [{ conditions, inside, effect: effectSize(inside, outside), p }];
  };
  const singles = columns.flatMap((column, index) =>
    momentsByPart(losses, column, everyRow).flatMap((inside, part) => judge([{ column: index, part }], inside)),
  );
  const worst = singles.toSorted((a, b) => b.effect - a.effect).slice(0, options.beam);
  const seen = new Set<string>();
  const pairs = worst.flatMap(({ conditions: [first] }) => {
    if (first === undefined) return [];
    const { codes } = columns[first.column] as SliceColumn;
    const rows = everyRow.filter((row) => codes[row] === first.part);
    return columns.flatMap((column, index) => {
      if (index === first.column) return [];
      return momentsByPart(losses, column, rows).flatMap((inside, part) => {
        const conditions = [first, { column: index, part }].sort((a, b) => a.column - b.column);
        const key = conditions.map((condition) => `${condition.column}:${condition.part}`).join();
        // All rows of the single condition: the second one says nothing.
        if (seen.has(key) || inside.rows === rows.length) return [];
        seen.add(key);
        return judge(conditions, inside);
      });
    });
  });
  const looked = [...singles, ...pairs];
  const adjusted = adjustedPValues(looked.map(({ p }) => p));
  const told = looked
    .map((candidate, index) => ({ ...candidate, p: adjusted[index] as number }))
    .filter(({ effect, p }) => effect >= options.minimumEffect && p <= options.level)
    .sort((a, b) => a.conditions.length - b.conditions.length || b.effect - a.effect);
  return { slices: withoutRepeats(told).slice(0, options.most).map(foundSlice), looked: looked.length };
}

/** How much worse, in standard deviations, a narrower slice must be than the one around it. */
const clearlyWorse = 0.1;

/** @param told simpler ones first. @returns by falling mean loss. */
function withoutRepeats(told: readonly Candidate[]): Candidate[] {
  const kept: Candidate[] = [];
  for (const candidate of told) {
    const around = kept.filter(({ conditions }) =>
      conditions.every(({ column, part }) =>
        candidate.conditions.some((other) => other.column === column && other.part === part),
      ),
    );
    if (around.every(({ effect }) => candidate.effect >= effect + clearlyWorse)) kept.push(candidate);
  }
  return kept.sort((a, b) => meanOfMoments(b.inside) - meanOfMoments(a.inside));
}

function foundSlice({ conditions, inside, effect, p }: Candidate): FoundSlice {
  const error = Math.sqrt(varianceOfMoments(inside) / inside.rows);
  return { conditions, rows: inside.rows, meanLoss: meanOfMoments(inside), error, effect, p };
}

function momentsOf(losses: Float64Array): Moments {
  const moments = { rows: losses.length, sum: 0, squares: 0 };
  for (const loss of losses) {
    moments.sum += loss;
    moments.squares += loss * loss;
  }
  return moments;
}

function minus(all: Moments, inside: Moments): Moments {
  return { rows: all.rows - inside.rows, sum: all.sum - inside.sum, squares: all.squares - inside.squares };
}

function momentsByPart(losses: Float64Array, { codes, parts }: SliceColumn, rows: Int32Array): Moments[] {
  const moments = Array.from({ length: parts }, (): Moments => ({ rows: 0, sum: 0, squares: 0 }));
  for (const row of rows) {
    const part = moments[codes[row] as number];
    if (part === undefined) continue;
    const loss = losses[row] as number;
    part.rows++;
    part.sum += loss;
    part.squares += loss * loss;
  }
  return moments;
}

function effectSize(inside: Moments, outside: Moments): number {
  const deviation = Math.sqrt((varianceOfMoments(inside) + varianceOfMoments(outside)) / 2);
  const difference = meanOfMoments(inside) - meanOfMoments(outside);
  return deviation === 0 ? 0 : difference / deviation;
}
