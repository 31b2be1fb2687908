import type { InputOf, OutputOf } from '../contract/call.ts';
import type { ColumnProfile, dataCalls } from '../contract/data.ts';
import type { ColumnMark, Marks } from '../contract/data-privacy.ts';
import type { Split, trainCalls } from '../contract/train.ts';
import type { ColumnSettings } from '../contract/train-features.ts';
import type { Problem, TaskKind } from '../contract/values.ts';
import { markOf } from '../data/index.ts';
import { requireColumn } from './columns.ts';
import { maximumClasses } from './task.ts';

export type Suggestion = OutputOf<typeof trainCalls.suggest>;

const holdout = 0.2;

/** The newest rows where the dataset has a time column, so that a model is judged on what came later; else at random. */
export function proposedSplit(timeColumn: string | null): Split {
  return timeColumn === null ? { kind: 'random', holdout, seed: 0 } : { kind: 'time', by: timeColumn, holdout };
}

/**
 * What could be predicted from a dataset and from what, judged by its profile alone: quick, and for a person to correct.
 * @throws GalleyError `train.unknown_column`
 */
export function suggest(
  { version, profile }: Pick<OutputOf<typeof dataCalls.show>, 'version' | 'profile'>,
  target: InputOf<typeof trainCalls.suggest>['target'],
  marks: Marks = {},
): Suggestion {
  if (target !== undefined) requireColumn(profile, target);
  const targets = profile.flatMap((column) => {
    const task = taskOf(column);
    return task === undefined || isIdentifier(column) ? [] : [{ name: column.name, task }];
  });
  const candidates = profile.filter(({ name }) => name !== target);
  const features = candidates.filter(
    (column) => !isIdentifier(column) && column.distinct > 1 && markOf(marks, column.name) === undefined,
  );
  return {
    targets,
    split: proposedSplit(version.timeColumn),
    features: features.map(({ name }) => name),
    columns: Object.fromEntries(candidates.flatMap((column) => suggestedSettings(column, marks))),
    warnings: candidates
      .filter((column) => !features.includes(column))
      .map((column) => leftOut(column, markOf(marks, column.name))),
  };
}

const fewestCharactersOfProse = 25;
const mostTextsOfCategory = 50;

/**
 * Beyond what the type says: prose is text, a text of very many values takes its rare ones together, a timestamp has an
 * hour. A number with few values may be a category, which only its user knows.
 */
function suggestedSettings(column: ColumnProfile, marks: Marks): [string, ColumnSettings][] {
  if (markOf(marks, column.name) !== undefined || column.distinct < 2) return [];
  if (column.type === 'timestamp') return [[column.name, { parts: ['weekday', 'month', 'hour'] }]];
  if (column.type !== 'text') return [];
  if (isProse(column)) return [[column.name, { role: 'text' }]];
  return !isIdentifier(column) && column.distinct > mostTextsOfCategory ? [[column.name, { minimumCount: 5 }]] : [];
}

/** A long text that is different in most rows. */
function isProse(column: ColumnProfile): boolean {
  return isIdentifier(column) && (column.lengths?.mean ?? 0) >= fewestCharactersOfProse;
}

function taskOf({ type, distinct }: ColumnProfile): TaskKind | undefined {
  if (distinct < 2 || type === 'date' || type === 'timestamp') return undefined;
  if (type === 'boolean' || (distinct === 2 && (type === 'text' || type === 'int64'))) return 'binary';
  if (type !== 'text') return 'regression';
  return distinct <= maximumClasses ? 'multiclass' : undefined;
}

function isIdentifier({ type, distinct, rows, missing }: ColumnProfile): boolean {
  const present = rows - missing;
  if (present < 20) return false;
  return (type === 'text' && distinct > present / 2) || (type === 'int64' && distinct === rows);
}

function leftOut(column: ColumnProfile, mark: ColumnMark | undefined): Problem {
  if (mark) {
    const message = `"${column.name}" is left out: it is marked as ${mark}.`;
    return { code: 'train.left_out_marked', message, column: column.name };
  }
  const reason = column.distinct > 1 ? 'it only tells rows apart' : 'it has no two different values';
  return { code: 'train.left_out', message: `"${column.name}" is left out: ${reason}.`, column: column.name };
}
