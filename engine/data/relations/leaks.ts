import type { Finding } from '../../contract/data-findings.ts';
import type { ColumnRelation } from '../../contract/data-relations.ts';
import type { Categories } from '../../statistics/association.ts';
import { conditions, count, finding, percent, quoted } from '../findings/subject.ts';
import { isMissing, type RelationColumn } from './relation-columns.ts';

/** A column that alone reaches this in rows that were held back gives the target away. */
export const tellingScore = { auc: 0.995, r2: 0.995 };
/** Two numbers in so nearly the same order are one number written in two ways. */
const tellingRank = 0.999;
/** With a telling name a lower score is worth a hint. */
const hintScore = { auc: 0.75, r2: 0.5 };
const fewestRows = 20;
/** Rows where a column is missing (or present) are of one class where so many of them are. */
const purity = 0.97;
const leastLift = 0.1;
const together = 0.95;
const mostlyLater = 0.9;

const tellingName =
  /(^|[_\W])(after|outcome|result|actual|final|label|target|predicted|prediction|resolved|closed|cancell?ed|churned|refund(ed)?|status_after)($|[_\W])/i;

export interface Scored {
  column: RelationColumn;
  relation: ColumnRelation;
}

/** What leak rules look at. */
export interface LeakSubject {
  target: RelationColumn;
  isClass: boolean;
  scoredBy: 'auc' | 'r2';
  columns: readonly Scored[];
  /** When each row happened, in epoch milliseconds; null without a time column. */
  time: { name: string; values: Float64Array } | null;
  /** Columns of dates and times among `columns`. */
  isTime(name: string): boolean;
}

const leaveOut = 'Leave it out, unless it is known at the moment of the prediction.';
const scoreWords = { auc: 'AUC', r2: 'R²' };

/** True where each value of one goes with exactly one value of the other, and back. */
function isRecoding({ codes: left }: Categories, { codes: right }: Categories): boolean {
  const forth = new Map<number, number>();
  const back = new Map<number, number>();
  for (let row = 0; row < left.length; row++) {
    const a = left[row] as number;
    const b = right[row] as number;
    if (b < 0) continue;
    if ((forth.get(a) ?? b) !== b || (back.get(b) ?? a) !== a) return false;
    forth.set(a, b);
    back.set(b, a);
  }
  return forth.size > 1;
}

function tellsAlone({ target, scoredBy }: LeakSubject, { column, relation }: Scored): Finding | undefined {
  const { name, score, spearman } = relation;
  if (column.categories && target.categories && isRecoding(column.categories, target.categories)) {
    return finding('warning', 'target_copy', [name], {
      message: `Column ${quoted(name)} says the same as the target ${quoted(target.name)} in other words.`,
      evidence: `Each of its ${count(column.categories.levels, 'value')} goes with exactly one value of the target.`,
      advice: 'Leave it out: a model would only copy it.',
    });
  }
  const isTelling = score !== null && score >= tellingScore[scoredBy];
  const isRank = spearman !== null && Math.abs(spearman) >= tellingRank;
  if (!isTelling && !isRank) return undefined;
  const seen = isTelling
    ? `Alone it reaches ${scoreWords[scoredBy]} ${(score as number).toFixed(3)} in rows that were held back.`
    : `Both have nearly the same order: rank correlation ${(spearman as number).toFixed(4)}.`;
  return finding('warning', 'gives_target_away', [name], {
    message: `Column ${quoted(name)} alone tells ${quoted(target.name)} almost without a mistake.`,
    evidence: seen,
    advice: `Ask when it is known. ${leaveOut}`,
  });
}

/** Rows by class, where the column is missing and where it is not. */
function byPresence(column: RelationColumn, { codes, levels }: Categories): { missing: number[]; present: number[] } {
  const counts = { missing: new Array<number>(levels).fill(0), present: new Array<number>(levels).fill(0) };
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    if (code < 0) continue;
    const side = isMissing(column, row) ? counts.missing : counts.present;
    side[code] = (side[code] as number) + 1;
  }
  return counts;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** A column that is only filled, or only empty, where the target is one class: it is known after the outcome. */
function missingByClass({ target, isClass }: LeakSubject, { column }: Scored): Finding | undefined {
  if (!isClass || !target.categories) return undefined;
  const sides = byPresence(column, target.categories);
  const rows = sum(sides.missing) + sum(sides.present);
  for (const side of ['present', 'missing'] as const) {
    const counts = sides[side];
    const inSide = sum(counts);
    const most = Math.max(...counts);
    const level = counts.indexOf(most);
    const base = ((sides.missing[level] as number) + (sides.present[level] as number)) / rows;
    const other = rows - inSide;
    if (inSide < fewestRows || other < fewestRows || most < purity * inSide || most / inSide - base < leastLift)
      continue;
    const word = side === 'present' ? 'filled' : 'missing';
    const label = target.levels[level] ?? '';
    return finding('warning', 'known_only_afterwards', [column.name], {
      message: `Column ${quoted(column.name)} is ${word} almost only where ${quoted(target.name)} is ${label}: it may be known only afterwards.`,
      evidence: `${percent(most, inSide)} of the ${count(inSide, 'row')} where it is ${word} are ${label}; of all rows ${percent(base * rows, rows)}.`,
      advice: leaveOut,
      filter: conditions('all', { column: column.name, operator: side }),
    });
  }
  return undefined;
}

/** A column that is missing where the target is missing, and nowhere else: both are written at the same moment. */
function missingWithTarget({ target }: LeakSubject, { column }: Scored): Finding | undefined {
  const rows = (target.values ?? (target.categories as Categories).codes).length;
  let without = 0;
  let both = 0;
  let onlyColumn = 0;
  for (let row = 0; row < rows; row++) {
    const isTargetMissing = isMissing(target, row);
    const isColumnMissing = isMissing(column, row);
    if (isTargetMissing) without++;
    if (isTargetMissing && isColumnMissing) both++;
    if (!isTargetMissing && isColumnMissing) onlyColumn++;
  }
  if (without < fewestRows || rows - without < fewestRows) return undefined;
  if (both < together * without || onlyColumn > (1 - together) * both) return undefined;
  return finding('warning', 'missing_with_target', [column.name], {
    message: `Column ${quoted(column.name)} is missing where ${quoted(target.name)} is missing, and hardly anywhere else.`,
    evidence: `Both are missing in ${count(both, 'row')}; it alone in ${onlyColumn.toLocaleString('en-US')}.`,
    advice: `It seems to be written at the same moment as the target. ${leaveOut}`,
    filter: conditions('all', { column: column.name, operator: 'missing' }),
  });
}

function laterThanEvent({ time, isTime }: LeakSubject, { column }: Scored): Finding | undefined {
  if (!time || column.name === time.name || !isTime(column.name)) return undefined;
  let both = 0;
  let later = 0;
  for (let row = 0; row < time.values.length; row++) {
    const value = column.values?.[row] as number;
    const event = time.values[row] as number;
    if (Number.isNaN(value) || Number.isNaN(event)) continue;
    both++;
    if (value > event) later++;
  }
  if (both < fewestRows || later < mostlyLater * both) return undefined;
  return finding('warning', 'later_than_event', [column.name], {
    message: `Column ${quoted(column.name)} lies after ${quoted(time.name)}: it may be known only afterwards.`,
    evidence: `In ${percent(later, both)} of ${count(both, 'row')} it is later.`,
    advice: leaveOut,
  });
}

function hintsByName({ scoredBy, target }: LeakSubject, { relation }: Scored): Finding | undefined {
  const { name, score } = relation;
  if (!tellingName.test(name) || score === null || score < hintScore[scoredBy]) return undefined;
  return finding('note', 'telling_name', [name], {
    message: `The name of column ${quoted(name)} sounds like something known afterwards.`,
    evidence: `Alone it reaches ${scoreWords[scoredBy]} ${score.toFixed(2)} for ${quoted(target.name)}.`,
    advice: leaveOut,
  });
}

/** What may give the target away: at most one finding a column, the strongest rule first. */
export function findLeaks(subject: LeakSubject): Finding[] {
  const rules = [tellsAlone, missingByClass, missingWithTarget, laterThanEvent, hintsByName];
  const found = subject.columns.flatMap((one) => {
    for (const rule of rules) {
      const leak = rule(subject, one);
      if (leak) return [leak];
    }
    return [];
  });
  return found.sort((a, b) => Number(a.severity === 'note') - Number(b.severity === 'note'));
}
