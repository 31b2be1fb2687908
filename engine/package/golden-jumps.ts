import type { Signature } from '../contract/values.ts';
import type { InputValue } from '../serving/field-rule.ts';
import { answerRows, frameOfRows, type Model } from '../train/index.ts';

type Row = InputValue[];

const bisectedRows = 3;

/** For some real rows and a number of theirs: the two neighbouring values between which the label changes. */
export function thresholdRows(model: Model, signature: Signature, examples: readonly Row[]): Row[] {
  const labelsOf = (rows: readonly Row[]) =>
    answerRows(model, frameOfRows(signature.inputs, rows)).labels as Int32Array;
  const found: Span[] = [];
  for (const { position, isWhole } of numberPlaces(signature)) {
    const spans = examples
      .slice(0, bisectedRows)
      .map((row): Span => ({ row, position, isWhole, low: -1e6, high: 1e6 }));
    found.push(...changingSpans(spans, labelsOf));
    if (found.length >= mostThresholds) break;
  }
  return narrowed(found.slice(0, mostThresholds), labelsOf);
}

const mostThresholds = 12;
const jumpsOfField = 4;
const mostJumps = 120;

/**
 * For real rows and each of their numbers: two neighbouring values between which the answer changes, found between values of
 * other real rows. The lower one of trees is a cut itself.
 */
export function jumpRows(model: Model, signature: Signature, examples: readonly Row[]): Row[] {
  const answersOf = (rows: readonly Row[]) => {
    const { values } = answerRows(model, frameOfRows(signature.inputs, rows));
    const outputs = values.length / rows.length;
    return rows.map((_, place) => values.subarray(place * outputs, (place + 1) * outputs).join());
  };
  const places = numberPlaces(signature);
  const perField = Math.max(1, Math.min(jumpsOfField, Math.floor(mostJumps / Math.max(1, places.length))));
  const found: Span[] = [];
  for (const [index, { position, isWhole }] of places.entries()) {
    const row = examples[index % examples.length] as Row;
    const values = examples.map((example) => example[position]).filter((value) => typeof value === 'number');
    const sorted = [...new Set(values.map(Math.fround))].sort((one, other) => one - other);
    const spans = sorted.slice(1).map((high, place): Span => {
      return { row, position, isWhole, low: sorted[place] as number, high };
    });
    found.push(...changingSpans(spans, answersOf).slice(0, perField));
    if (found.length >= mostJumps) break;
  }
  return narrowed(found, answersOf);
}

function numberPlaces({ inputs }: Signature): { position: number; isWhole: boolean }[] {
  return inputs.flatMap(({ type }, position) =>
    type === 'float64' || type === 'decimal' || type === 'int64' ? [{ position, isWhole: type === 'int64' }] : [],
  );
}

/** A row whose number at a position lies between two values. */
interface Span {
  row: Row;
  position: number;
  /** Only whole numbers are valid there; else the neighbour of a value is that of float32. */
  isWhole: boolean;
  low: number;
  high: number;
}

/** Answers of rows, in their order, to be compared. */
type AnswersOf = (rows: readonly Row[]) => ArrayLike<string | number>;

function rowAt({ row, position }: Span, value: number): Row {
  return row.with(position, value);
}

/** Those whose two ends have different answers. */
function changingSpans(spans: readonly Span[], answersOf: AnswersOf): Span[] {
  if (spans.length === 0) return [];
  const answers = answersOf(spans.flatMap((span) => [rowAt(span, span.low), rowAt(span, span.high)]));
  return spans.filter((_, place) => answers[2 * place] !== answers[2 * place + 1]);
}

function middleOf({ low, high, isWhole }: Span): number {
  const middle = Math.fround((low + high) / 2);
  return isWhole ? Math.floor(middle) : middle;
}

/** The two neighbouring values of each span between which the answer changes: all are bisected together. */
function narrowed(spans: readonly Span[], answersOf: AnswersOf): Row[] {
  if (spans.length === 0) return [];
  const ends = spans.map((span) => ({ ...span }));
  const answersOfLow = answersOf(ends.map((span) => rowAt(span, span.low)));
  for (;;) {
    const middles = ends.map(middleOf);
    if (ends.every(({ low, high }, place) => middles[place] === low || middles[place] === high)) break;
    const answers = answersOf(ends.map((span, place) => rowAt(span, middles[place] as number)));
    ends.forEach((span, place) => {
      if (answers[place] === answersOfLow[place]) span.low = middles[place] as number;
      else span.high = middles[place] as number;
    });
  }
  return ends.flatMap((span) => [rowAt(span, span.low), rowAt(span, span.high)]);
}
