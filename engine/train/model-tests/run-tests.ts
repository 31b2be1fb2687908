import { figure } from '../../base/figures.ts';
import { type Frame, type FrameColumn, findColumn, selectRows } from '../../base/frame.ts';
import type { ModelTestResult, ModelTests } from '../../contract/train-model-tests.ts';
import { metricsOf, selectJudged } from '../evaluation/judged.ts';
import { constantColumn, onlyColumns, withColumn } from '../evaluation/raw-frame.ts';
import { type EvaluationControl, type EvaluationSubject, inputColumns, judgedOf } from '../evaluation/subject.ts';
import { answerRows } from '../model.ts';
import type { ModelTestFile } from './test-file.ts';
import { type ModelTest, testWords } from './test-schema.ts';
import { rowsWhere, valueInColumn } from './where.ts';

const changedRows = 1000;
const triedValues = 20;
const shownRows = 20;
const defaultLeastRows = 20;
/** Answers are float32: smaller changes are rounding. */
const rounding = 1e-6;

type Verdict = Pick<ModelTestResult, 'passed' | 'found'> & Partial<ModelTestResult>;

/** Runs a project's tests of a target on a model and its holdout. A test that cannot be run has not passed. */
export function runModelTests(
  subject: EvaluationSubject,
  { file, tests }: ModelTestFile,
  control: EvaluationControl,
): ModelTests {
  const results = tests.map((test): ModelTestResult => {
    control.throwIfCanceled();
    const verdict = verdictOf(subject, test);
    return {
      name: test.name,
      kind: test.kind,
      says: testWords(test),
      rows: 0,
      failing: null,
      examples: [],
      ...verdict,
    };
  });
  return { file, passed: results.every(({ passed }) => passed === true), results };
}

function verdictOf(subject: EvaluationSubject, test: ModelTest): Verdict {
  switch (test.kind) {
    case 'metric':
      return metricVerdict(subject, test);
    case 'row':
      return rowVerdict(subject, test);
    case 'direction':
    case 'invariance':
      return changeVerdict(subject, test);
  }
}

function cannot(found: string): Verdict {
  return { passed: null, found };
}

function metricVerdict(subject: EvaluationSubject, test: Extract<ModelTest, { kind: 'metric' }>): Verdict {
  const rows = rowsWhere(subject.holdout.frame, test.where);
  if ('unknown' in rows) return cannot(`The dataset has no column "${rows.unknown}".`);
  const least = test.least_rows ?? defaultLeastRows;
  if (rows.length < least) {
    return {
      ...cannot(`${rows.length} held-out rows are like that; at least ${least} are needed.`),
      rows: rows.length,
    };
  }
  const metrics = metricsOf(selectJudged(judgedOf(subject), rows));
  if (!Object.hasOwn(metrics, test.metric)) {
    return cannot(`There is no metric "${test.metric}"; there are ${Object.keys(metrics).join(', ')}.`);
  }
  const value = metrics[test.metric] ?? null;
  if (value === null) return { ...cannot(`${test.metric} is undefined on these rows.`), rows: rows.length };
  return { passed: isWithin(value, test), found: `${test.metric} is ${figure(value)}.`, rows: rows.length };
}

function isWithin(value: number, { minimum, maximum }: { minimum?: number; maximum?: number }): boolean {
  return (minimum === undefined || value >= minimum) && (maximum === undefined || value <= maximum);
}

/** What is judged of each row: the number, or the probability of the class. */
function answersOf({ model }: EvaluationSubject, frame: Frame, scored: number): Float64Array {
  const { values } = answerRows(model, frame);
  const width = Math.max(1, model.classes.length);
  return Float64Array.from({ length: frame.rows }, (_, row) => values[row * width + scored] as number);
}

/** Index of the class that a test means; the reason where there is none. */
function scoredClass({ model: { classes } }: EvaluationSubject, name: string | undefined): number | string {
  if (classes.length === 0) return name === undefined ? 0 : 'The model answers numbers, no classes.';
  if (name === undefined) return classes.length === 2 ? 1 : `Name the class that is meant: ${classes.join(', ')}.`;
  const index = classes.indexOf(name);
  return index >= 0 ? index : `The model has no class "${name}"; it has ${classes.join(', ')}.`;
}

function rowVerdict(subject: EvaluationSubject, test: Extract<ModelTest, { kind: 'row' }>): Verdict {
  const { model, holdout } = subject;
  const unknown = Object.keys(test.row).find((name) => findColumn(holdout.frame, name) === undefined);
  if (unknown !== undefined) return cannot(`The dataset has no column "${unknown}".`);
  const columns = onlyColumns(holdout.frame, inputColumns(model)).columns.map((column): FrameColumn => {
    const value = valueInColumn(column, test.row[column.name] ?? null);
    return constantColumn(column, typeof value === 'number' && Number.isNaN(value) ? null : value, 1);
  });
  const frame = { rows: 1, columns };
  if (test.label !== undefined) {
    const { labels } = answerRows(model, frame);
    if (labels === undefined) return cannot('The model answers numbers, no labels.');
    const label = model.classes[labels[0] as number] as string;
    if (label !== test.label) return { passed: false, found: `It is answered ${label}.`, rows: 1, failing: 1 };
    if (test.minimum === undefined && test.maximum === undefined) {
      return { passed: true, found: `It is answered ${label}.`, rows: 1, failing: 0 };
    }
  }
  const scored = scoredClass(subject, test.class ?? test.label);
  if (typeof scored === 'string') return cannot(scored);
  const value = answersOf(subject, frame, scored)[0] as number;
  const passed = isWithin(value, test);
  return { passed, found: `It is answered ${figure(value)}.`, rows: 1, failing: Number(!passed) };
}

type ChangeTest = Extract<ModelTest, { kind: 'direction' | 'invariance' }>;

/** Answers of rows before and after a column was changed. */
function changeVerdict(subject: EvaluationSubject, test: ChangeTest): Verdict {
  const { model, holdout } = subject;
  const found = rowsWhere(holdout.frame, test.where);
  if ('unknown' in found) return cannot(`The dataset has no column "${found.unknown}".`);
  const scored = scoredClass(subject, test.class);
  if (typeof scored === 'string') return cannot(scored);
  const whole = findColumn(holdout.frame, test.column);
  if (whole === undefined) return cannot(`The dataset has no column "${test.column}".`);
  if (!inputColumns(model).includes(test.column)) {
    return { passed: true, found: `The model does not read "${test.column}".`, rows: 0, failing: 0 };
  }
  const rows = found.slice(0, changedRows);
  if (rows.length === 0) return cannot('No held-out row is like that.');
  const frame = onlyColumns(selectRows(holdout.frame, rows), inputColumns(model));
  const answer = (column: FrameColumn) => answersOf(subject, withColumn(frame, column), scored);
  const own = findColumn(frame, test.column) as FrameColumn;
  const changes = test.kind === 'direction' ? raised(own, test, answer) : exchanged(whole, own, test, answer);
  if (typeof changes === 'string') return cannot(changes);
  const allowed = (test.kind === 'direction' ? (test.tolerance ?? 0) : test.most) + rounding;
  const failing = Array.from(rows.keys()).filter((row) => (changes[row] as number) > allowed);
  const largest = changes.reduce((most, change) => Math.max(most, change), 0);
  return {
    passed: failing.length === 0,
    found:
      failing.length === 0
        ? `It holds in ${rows.length} rows; the largest change is ${figure(largest)}.`
        : `It does not hold in ${failing.length} of ${rows.length} rows; the largest change is ${figure(largest)}.`,
    rows: rows.length,
    failing: failing.length,
    examples: failing.slice(0, shownRows).map((row) => holdout.positions[rows[row] as number] as number),
  };
}

type AnswerColumn = (column: FrameColumn) => Float64Array;

/** How far each answer went into the direction that it may not take. */
function raised(own: FrameColumn, test: Extract<ModelTest, { kind: 'direction' }>, answer: AnswerColumn) {
  if (own.kind === 'text') return `"${own.name}" is text and cannot be raised.`;
  const before = answer(own);
  const after = answer({ ...own, values: own.values.map((value) => value + test.raise) });
  const sign = test.never === 'lower' ? -1 : 1;
  return before.map((value, row) => (Number.isNaN(own.values[row]) ? 0 : sign * ((after[row] as number) - value)));
}

/** How far the answers of each row are apart when the column takes one value after the other. */
function exchanged(
  whole: FrameColumn,
  own: FrameColumn,
  test: Extract<ModelTest, { kind: 'invariance' }>,
  answer: AnswerColumn,
) {
  const values = test.values
    ? test.values.map((value) => valueInColumn(whole, value))
    : [...new Set<number | string | null>(whole.values)].slice(0, triedValues);
  const rows = own.values.length;
  const low = new Float64Array(rows).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY);
  for (const value of values) {
    const missing = value === null || Number.isNaN(value);
    answer(constantColumn(own, missing ? null : value, rows)).forEach((answered, row) => {
      low[row] = Math.min(low[row] as number, answered);
      high[row] = Math.max(high[row] as number, answered);
    });
  }
  return high.map((most, row) => most - (low[row] as number));
}
