import { GalleyError } from '../base/errors.ts';
import { type Frame, type FrameColumn, findColumn, selectValues } from '../base/frame.ts';
import { nearestName, suggestName } from '../base/nearest-name.ts';
import type { Marks } from '../contract/data-privacy.ts';
import { type ColumnSettings, type DatePart, dateParts } from '../contract/train-features.ts';
import type { Problem, TaskKind } from '../contract/values.ts';
import { isDatePart, plainParts, usualParts } from './features/calendar.ts';
import type { Feature } from './features/features.ts';

/** What decides which columns may become features. */
export interface ColumnChoice {
  target: string;
  task: TaskKind;
  /** Only these, where given; see `FeatureChoice`. */
  features?: readonly string[];
  exclude?: readonly string[];
  /** Columns that are features only where `features` names them, for what they tell of people. */
  marks?: Marks;
  /** Column of a group split: it names rows that belong together and so would be learnt by heart. */
  groupColumn?: string;
  /** What their users want of the columns: `id` and `ignore` are left out, a role makes others features. */
  columns?: Readonly<Record<string, ColumnSettings>>;
  /** Never a feature: what it says is known of training rows only. */
  weightColumn?: string;
}

/** A column that is to become a feature; written `NAME`, or `NAME:weekday` for one part of a date or time. */
export interface FeatureChoice {
  name: string;
  /** Of a date or time; weekday and month where absent. */
  parts?: DatePart[];
}

export interface ChosenColumns {
  features: FeatureChoice[];
  warnings: Problem[];
}

/** @throws GalleyError `train.unknown_column` with the nearest name. */
export function requireColumn(columns: readonly { name: string }[], name: string): void {
  if (columns.some((column) => column.name === name)) return;
  const names = columns.map((column) => column.name);
  throw new GalleyError('train.unknown_column', `The dataset has no column "${name}". ${suggestName(name, names)}`, {
    details: { column: name, nearest: nearestName(name, names) ?? null, columns: names },
  });
}

/** Names that the outputs of a model have in its graph. */
export function outputNames(task: TaskKind): string[] {
  return task === 'regression' ? ['prediction'] : ['label', 'probabilities'];
}

/**
 * Candidates for features in the order of the dataset. Without a list of features, columns that only tell rows apart are
 * left out with a warning.
 * @param trainingRows whose values alone are looked at.
 * @throws GalleyError `train.unknown_column`, `train.reserved_column`
 */
export function chooseColumns(frame: Frame, trainingRows: Int32Array, choice: ColumnChoice): ChosenColumns {
  for (const name of [choice.target, ...(choice.exclude ?? []), ...Object.keys(choice.columns ?? {})])
    requireColumn(frame.columns, name);
  const listed = choice.features && readFeatureList(frame, choice.features);
  const reserved = outputNames(choice.task);
  const warnings: Problem[] = [];
  const features = frame.columns
    .filter(({ name }) => name !== choice.target && name !== choice.weightColumn && !choice.exclude?.includes(name))
    .flatMap((column): FeatureChoice[] => {
      if (listed) return listed.filter(({ name }) => name === column.name);
      const reason = leftOutReason(column, trainingRows, choice, reserved);
      if (reason) warnings.push({ ...reason, column: column.name });
      if (reason) return [];
      const parts = column.kind === 'time' && { parts: [...usualParts(selectValues(column, trainingRows).values)] };
      return [{ name: column.name, ...parts }];
    })
    .filter(({ name }) => !isKeptOut(choice.columns, name));
  const collision = features.find(({ name }) => reserved.includes(name))?.name;
  if (collision !== undefined) {
    throw new GalleyError('train.reserved_column', `"${collision}" is the name of an output of the model.`, {
      details: { column: collision },
    });
  }
  return { features, warnings };
}

/** How a fitted feature is written in a recipe: of dates the parts, where they are not weekday and month. */
export function featureReferences(feature: Feature): string[] {
  if (feature.kind === 'product' || feature.kind === 'cross') return [];
  if (feature.kind !== 'calendar' || feature.parts.join() === plainParts.join()) return [feature.name];
  return feature.parts.map((part) => `${feature.name}:${part}`);
}

function isKeptOut(columns: ColumnChoice['columns'], name: string): boolean {
  const role = columns && Object.hasOwn(columns, name) ? columns[name]?.role : undefined;
  return role === 'id' || role === 'ignore';
}

function readFeatureList(frame: Frame, list: readonly string[]): FeatureChoice[] {
  const choices = new Map<string, FeatureChoice>();
  for (const entry of list) {
    const suffix = entry.slice(entry.lastIndexOf(':') + 1);
    const part = entry.includes(':') && isDatePart(suffix) ? suffix : undefined;
    const name = part && findColumn(frame, entry) === undefined ? entry.slice(0, -part.length - 1) : entry;
    requireColumn(frame.columns, name);
    if (part === undefined || name === entry || findColumn(frame, name)?.kind !== 'time') choices.set(name, { name });
    else {
      const before = choices.get(name);
      if (before && before.parts === undefined) continue;
      choices.set(name, {
        name,
        parts: dateParts.filter((each) => each === part || before?.parts?.includes(each)),
      });
    }
  }
  return [...choices.values()];
}

function leftOutReason(
  column: FrameColumn,
  trainingRows: Int32Array,
  choice: ColumnChoice,
  reserved: readonly string[],
): Problem | undefined {
  const { name } = column;
  if (reserved.includes(name)) {
    return { code: 'train.left_out_reserved', message: `"${name}" is left out: a model's own output has that name.` };
  }
  const mark = choice.marks?.[name];
  if (mark) {
    return {
      code: 'train.left_out_marked',
      message: `"${name}" is left out: it is marked as ${mark}. Allow it, or name it among the features, to train on it.`,
    };
  }
  if (choice.columns && Object.hasOwn(choice.columns, name)) return undefined;
  if (name === choice.groupColumn) {
    return { code: 'train.left_out_group', message: `"${name}" is left out: the rows are split by it.` };
  }
  if (isIdentifier(column, trainingRows)) {
    return { code: 'train.left_out_identifier', message: `"${name}" is left out: it only tells rows apart.` };
  }
  return undefined;
}

const fewestRowsForIdentifier = 20;

/** A text that is different in more than half of the rows, or whole numbers counted up from row to row. */
function isIdentifier(column: FrameColumn, rows: Int32Array): boolean {
  if (column.kind === 'text') {
    const present = selectValues(column, rows).values.filter((value) => value !== null && value !== '');
    return present.length >= fewestRowsForIdentifier && new Set(present).size > present.length / 2;
  }
  if (column.type !== 'int64' || rows.length < fewestRowsForIdentifier) return false;
  const offset = (column.values[rows[0] as number] as number) - (rows[0] as number);
  return rows.every((row) => column.values[row] === offset + row);
}
