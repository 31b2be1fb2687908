import { GalleyError } from '../../base/errors.ts';
import { type Frame, type FrameColumn, findColumn } from '../../base/frame.ts';
import type { Contributions, Dependence } from '../../contract/train-explanations.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import type { InputValue } from '../../serving/field-rule.ts';
import { requireClass } from '../classes.ts';
import { type LoadedSubject, loadSubject, type SubjectInput } from '../evaluation/load-subject.ts';
import { modelRows, onlyColumns } from '../evaluation/raw-frame.ts';
import { inputColumns } from '../evaluation/subject.ts';
import { answerRows, type Model } from '../model.ts';
import { frameOfRows, rawRows } from '../raw-rows.ts';
import { explainRows, type RowContributions } from './contributions.ts';
import { dependenceOn, drawnClass } from './dependence.ts';

export interface ExplainJobInput extends SubjectInput {
  /** Positions in the dataset version. */
  rows?: number[];
  /** Or rows by column. */
  values?: Record<string, unknown>[];
  class?: string;
}

export interface DependenceJobInput extends SubjectInput {
  column: string;
  class?: string;
}

/** Contributions of each column for single rows. @throws GalleyError `train.unknown_row`, `train.unknown_class` */
export async function runExplainJob(input: ExplainJobInput, job: JobContext): Promise<Contributions[]> {
  const loaded = await loadSubject(input, job);
  const { model, training } = loaded.subject;
  const wanted = input.class === undefined ? undefined : requireClass(model.classes, input.class);
  const given = input.rows === undefined ? givenRows(loaded, input.values ?? []) : storedRows(loaded, input.rows);
  job.progress({ phase: 'explaining', done: 0, total: given.frame.rows });
  const explained = explainRows(model, given.frame, training.background, loaded.subject.seed, job.throwIfCanceled);
  const answers = answerRows(model, given.frame);
  const fields = given.frame.columns.map(({ name, type }) => ({ name, type }));
  const raw = rawRows(given.frame, fields, Array.from({ length: given.frame.rows }).keys());
  return Array.from({ length: given.frame.rows }, (_, row) => {
    const scored = wanted ?? (model.classes.length === 2 ? 1 : (answers.labels?.[row] ?? 0));
    return contributionsOf(model, explained, {
      row,
      scored,
      position: given.positions?.[row] ?? null,
      actual: given.actual(row),
      answer: answers.values[row * Math.max(1, model.classes.length) + scored] as number,
      values: new Map(fields.map(({ name }, index) => [name, raw[row]?.[index] ?? null])),
    });
  });
}

/** How the answers change with one column. @throws GalleyError `train.unknown_column`, `train.unknown_class` */
export async function runDependenceJob(input: DependenceJobInput, job: JobContext): Promise<Dependence> {
  const { subject } = await loadSubject(input, job);
  const { model, holdout } = subject;
  const scored =
    input.class === undefined ? drawnClass(model.classes, holdout.target) : requireClass(model.classes, input.class);
  if (!inputColumns(model).includes(input.column)) {
    const columns = inputColumns(model);
    const message = `The run does not read "${input.column}". It reads ${columns.join(', ')}.`;
    throw new GalleyError('train.unknown_column', message, { details: { column: input.column, columns } });
  }
  return dependenceOn(model, holdout.frame, holdout.positions, input.column, scored);
}

interface GivenRows {
  frame: Frame;
  positions: number[] | null;
  actual(row: number): number | string | null;
}

function storedRows({ subject, frame, drawn }: LoadedSubject, rows: number[]): GivenRows {
  const outside = rows.find((row) => row >= frame.rows);
  if (outside !== undefined) {
    throw new GalleyError(
      'train.unknown_row',
      `No row is at position ${outside}: the dataset version has ${frame.rows} rows.`,
      {
        details: { row: outside, rows: frame.rows },
      },
    );
  }
  const { classes, values } = drawn.target;
  return {
    frame: onlyColumns(modelRows(frame, rows), inputColumns(subject.model)),
    positions: rows,
    actual: (row) => {
      const value = values[rows[row] as number] as number;
      if (Number.isNaN(value)) return null;
      return classes.length === 0 ? value : (classes[value] ?? null);
    },
  };
}

/** @throws GalleyError `train.unknown_column` */
function givenRows({ subject, frame }: LoadedSubject, values: Record<string, unknown>[]): GivenRows {
  const columns = inputColumns(subject.model).map((name) => findColumn(frame, name) as FrameColumn);
  const unknown = values.flatMap((row) => Object.keys(row)).find((name) => findColumn(frame, name) === undefined);
  if (unknown !== undefined) {
    throw new GalleyError('train.unknown_column', `The dataset has no column "${unknown}".`, {
      details: { column: unknown, columns: columns.map(({ name }) => name) },
    });
  }
  const rows = values.map((row) => columns.map(({ name }) => (row[name] ?? null) as InputValue));
  return { frame: frameOfRows(columns, rows), positions: null, actual: () => null };
}

interface ExplainedRow {
  row: number;
  /** Index of the explained class. */
  scored: number;
  position: number | null;
  actual: number | string | null;
  answer: number;
  values: ReadonlyMap<string, unknown>;
}

function contributionsOf(
  model: Model,
  { method, unit, outputs, columns, base, values, errors }: RowContributions,
  { row, scored, position, actual, answer, values: raw }: ExplainedRow,
): Contributions {
  // Of two classes one score is explained, the second's; the first's is its mirror image.
  const output = outputs === 1 ? 0 : scored;
  const mirrored = outputs === 1 && model.classes.length === 2 && scored === 0;
  const sign = mirrored ? -1 : 1;
  const start = mirrored && unit === 'answer' ? 1 : 0;
  const parts = columns.map((name, column) => {
    const place = (row * columns.length + column) * outputs + output;
    const contribution = sign * (values[place] as number);
    return { name, value: raw.get(name) ?? null, contribution, error: errors?.[place] ?? 0 };
  });
  const from = start + sign * (base[output] as number);
  return {
    row: position,
    class: model.classes[scored] ?? null,
    unit,
    method,
    base: from,
    total: parts.reduce((sum, { contribution }) => sum + contribution, from),
    answer,
    actual,
    columns: parts.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)),
  };
}
