import type { ColumnProfile } from '../../contract/data.ts';
import type { DifferentRows } from '../../contract/data-comparison.ts';
import type { Finding } from '../../contract/data-findings.ts';
import type { Marks } from '../../contract/data-privacy.ts';
import type { Relations } from '../../contract/data-relations.ts';
import type { FilePreview } from '../../contract/data-results.ts';
import type { Cell } from '../../contract/data-rows.ts';
import type { Problem } from '../../contract/values.ts';
import { markOf } from './mark-of.ts';
import { maskedText } from './mask.ts';

type Cells = readonly Cell[];

function maskCells<Row extends Cells | null>(row: Row, isMasked: readonly boolean[]): Cell[] | Row {
  return row === null ? row : row.map((cell, at) => (isMasked[at] && cell !== null ? maskedText : cell));
}

/** Rows with dots where their column is marked. */
export function maskedRows(columns: readonly { name: string }[], rows: readonly Cells[], marks: Marks): Cell[][] {
  const isMasked = columns.map(({ name }) => markOf(marks, name) !== undefined);
  return rows.map((row) => maskCells(row, isMasked) as Cell[]);
}

/** Rows that differ, with dots in marked columns; which cells changed is still told. */
export function maskedDifference(page: DifferentRows, marks: Marks): DifferentRows {
  const isMasked = page.columns.map(({ name }) => markOf(marks, name) !== undefined);
  const rows = page.rows.map((row) => ({
    ...row,
    before: maskCells(row.before, isMasked),
    after: maskCells(row.after, isMasked),
  }));
  return { ...page, rows };
}

/** Profiles that tell how many values a marked column has, and no value of it nor what is computed of values. */
export function maskedProfile(profile: readonly ColumnProfile[], marks: Marks): ColumnProfile[] {
  return profile.map((column) =>
    markOf(marks, column.name) === undefined
      ? column
      : {
          ...column,
          minimum: column.minimum === null ? null : maskedText,
          maximum: column.maximum === null ? null : maskedText,
          mean: null,
          standardDeviation: null,
          quantiles: null,
          histogram: [],
          lengths: null,
          top: [],
        },
  );
}

/** What findings say whose own message names a value. */
const plainMessages: Record<string, (finding: Finding) => string> = {
  almost_constant_column: ({ columns }) => `Column "${columns[0]}" almost always has one value.`,
  known_only_afterwards: ({ columns }) => `Column "${columns[0]}" may be known only afterwards.`,
};

/**
 * Findings without values of marked columns: of one that is about such a column the evidence is left out, and the filter
 * where it compares with values.
 * @param also a column that all of them are about
 */
export function maskedFindings(findings: readonly Finding[], marks: Marks, also?: string | null): Finding[] {
  const isMarked = (name: string) => markOf(marks, name) !== undefined;
  return findings.map((finding) => {
    if (!finding.columns.some(isMarked) && !(also && isMarked(also))) return finding;
    return {
      ...finding,
      message: plainMessages[finding.code]?.(finding) ?? finding.message,
      evidence: 'What shows it is hidden, because a column is marked.',
      filter: JSON.stringify(finding.filter)?.includes('"values"') ? null : finding.filter,
    };
  });
}

/** Relations name values only in what they say of leaks. */
export function maskedRelations(relations: Relations, marks: Marks): Relations {
  return { ...relations, leaks: maskedFindings(relations.leaks, marks, relations.target) };
}

/** A message in which dots stand for what it quotes, but for the name of the column. */
export function withoutQuotes(message: string, column = ''): string {
  const [before = '', ...after] = column === '' ? [message] : message.split(`"${column}"`);
  const hidden = (text: string) => text.replace(/".*"/s, `"${maskedText}"`);
  return [before, ...after].map(hidden).join(`"${column}"`);
}

function maskedProblem(problem: Problem, marks: Marks): Problem {
  const { column } = problem;
  if (column === undefined || markOf(marks, column) === undefined) return problem;
  return { ...problem, message: withoutQuotes(problem.message, column) };
}

/** A preview of a file with dots in the columns that are marked already. */
export function maskedPreview(preview: FilePreview, marks: Marks): FilePreview {
  return {
    ...preview,
    rows: maskedRows(preview.columns, preview.rows, marks),
    warnings: preview.warnings.map((warning) => maskedProblem(warning, marks)),
  };
}
