import type { ImportOptions } from '../../contract/import-options.ts';
import { defaultMissingWords, type ThousandsMark, thousandsMarks } from './cell-words.ts';
import type { CellKind } from './csv-automaton.ts';
import type { SeenKinds } from './csv-types.ts';

export type DecimalMark = '.' | ',';
export type DateOrder = 'day-month-year' | 'month-day-year';

/** What earlier files of the dataset showed, for cells that prove nothing by themselves. */
export interface ReadingHints {
  decimal?: DecimalMark;
  thousands?: ThousandsMark;
  /** Order of dates by column. */
  dates?: Record<string, DateOrder>;
  /** Columns whose type was asked for with an earlier file: they need not be there any more. */
  askedBefore?: readonly string[];
  /** Columns of the dataset that are marked: no message shows what their cells hold. */
  marked?: readonly string[];
}

/** How the cells of some files become values, beyond what their automaton knows. */
export interface ReadingRules {
  /** The mark between groups of three digits, empty for none. */
  thousands: '' | ThousandsMark;
  /** One order for all dates, `iso` for none; undefined where each column's cells prove theirs. */
  dates: DateOrder | 'iso' | undefined;
  missing: readonly string[];
  /** Given words mean a missing value in texts, too. */
  missingInTexts: boolean;
  hints: ReadingHints;
}

/** Kinds of cell that a column of numbers has in any file. */
export const numberKinds: ReadonlySet<CellKind> = new Set([
  'integer',
  'longInteger',
  'float',
  'infinity',
  'empty',
  'blank',
  'missing',
]);

/** Kinds that show a thousands mark for certain. A space needs a fraction: `123 456 789` may be a telephone number. */
function proofs(mark: ThousandsMark): CellKind[] {
  return mark === ' ' ? [`groupsFraction:${mark}`] : [`groupsFraction:${mark}`, `groups:${mark}`];
}

function provesThousands(seen: SeenKinds, mark: ThousandsMark): boolean {
  const groups: CellKind[] = [`group:${mark}`, `groups:${mark}`, `groupsFraction:${mark}`];
  return (
    proofs(mark).some((kind) => seen.has(kind)) &&
    [...seen.keys()].every((kind) => numberKinds.has(kind) || groups.includes(kind))
  );
}

/** The thousands mark that most columns show. */
function foundThousands(
  columns: readonly SeenKinds[],
  decimal: string,
  hint: ThousandsMark | undefined,
): '' | ThousandsMark {
  let best: { mark: '' | ThousandsMark; columns: number } = { mark: hint === decimal ? '' : (hint ?? ''), columns: 0 };
  for (const mark of thousandsMarks) {
    if (mark === decimal) continue;
    const count = columns.filter((seen) => provesThousands(seen, mark)).length;
    if (count > best.columns) best = { mark, columns: count };
  }
  return best.mark;
}

/**
 * The rules for some files that are read together.
 * @param columns what all columns of all files hold
 */
export function rulesFor(
  columns: readonly SeenKinds[],
  decimal: string,
  options: ImportOptions,
  hints: ReadingHints,
): ReadingRules {
  return {
    thousands: options.thousands ?? foundThousands(columns, decimal, hints.thousands),
    dates: options.dates,
    missing: options.missing ?? defaultMissingWords,
    missingInTexts: options.missing !== undefined,
    hints,
  };
}
