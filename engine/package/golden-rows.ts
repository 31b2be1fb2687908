import { largestFloat32 } from '../base/float32.ts';
import type { FieldSignature, Signature } from '../contract/values.ts';
import type { InputValue } from '../serving/field-rule.ts';
import { answerRows, frameOfRows, isAdopted, type Model } from '../train/index.ts';

type Row = InputValue[];

const unseenText = 'a text that no training row had';

/** Values that a field may get in the worst case; all of them are valid input. */
function extremeValues(field: FieldSignature): InputValue[] {
  switch (field.type) {
    case 'int64':
      return [0, -1, field.minimum ?? 0, field.maximum ?? 0, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
    case 'float64':
    case 'decimal':
      return [0, 1e-300, field.minimum ?? 0, field.maximum ?? 0, 0.1, largestFloat32, -largestFloat32];
    case 'boolean':
      return [false, true];
    case 'date':
      return ['0001-01-01', '1900-03-01', '1999-12-31', '2000-02-29', '2024-02-29', '9999-12-31'];
    case 'timestamp':
      return ['0001-01-01T00:00:00.000Z', '2000-02-29T23:59:59.999Z', '9999-12-31T23:59:59.999Z'];
    case 'text':
      return [
        '',
        unseenText,
        `${field.categories?.[0] ?? ''} `,
        'é',
        'Two words, and TWO words again: naïve 東京!',
        '  \t ',
        '\u{1F427}',
        ...(field.categories ?? []).slice(0, 3),
      ];
  }
}

/**
 * Rows that show whether a file answers as its trainer: real rows, each field missing and at its extremes, everything
 * missing, everything unseen, and pairs of neighbours on both sides of the threshold and of places where the answer jumps,
 * as it does at the cuts of trees.
 * @param examples at least one real row, in the order of the signature's inputs.
 */
export function goldenRows(model: Model, signature: Signature, examples: readonly Row[]): Row[] {
  const base = examples[0] as Row;
  const withValue = (position: number, value: InputValue): Row => base.with(position, value);
  const oneByOne = signature.inputs.flatMap((field, position) => [
    withValue(position, null),
    ...extremeValues(field).map((value) => withValue(position, value)),
  ]);
  const allMissing = signature.inputs.map(() => null);
  const allEmpty = signature.inputs.map((field) => (field.type === 'text' ? '' : null));
  const allUnseen = signature.inputs.map((field, position) =>
    field.type === 'text' ? unseenText : (base[position] ?? null),
  );
  // What another program trained may add its float32 numbers in another order for other rows: its threshold has no two neighbours.
  const atThreshold = model.task === 'binary' && !isAdopted(model) ? thresholdRows(model, signature, examples) : [];
  const atJumps = jumpRows(model, signature, examples);
  return [...examples, ...oneByOne, allMissing, allEmpty, allUnseen, ...atThreshold, ...atJumps];
}

const bisectedRows = 3;

/** For some real rows and a number of theirs: the two neighbouring float32 values between which the label changes. */
function thresholdRows(model: Model, signature: Signature, examples: readonly Row[]): Row[] {
  const labelsOf = (rows: readonly Row[]) =>
    answerRows(model, frameOfRows(signature.inputs, rows)).labels as Int32Array;
  const found: Span[] = [];
  for (const position of numberPositions(signature)) {
    const spans = examples.slice(0, bisectedRows).map((row): Span => ({ row, position, low: -1e6, high: 1e6 }));
    found.push(...changingSpans(spans, labelsOf));
    if (found.length >= bisectedRows) break;
  }
  return narrowed(found.slice(0, bisectedRows), labelsOf);
}

const jumpsOfField = 2;
const mostJumps = 24;

/**
 * For the first real row and each of its numbers: two neighbouring float32 values between which the answer changes, found
 * between values of other real rows. The lower one of trees is a cut itself.
 */
function jumpRows(model: Model, signature: Signature, examples: readonly Row[]): Row[] {
  const [row] = examples as [Row];
  const answersOf = (rows: readonly Row[]) => {
    const { values } = answerRows(model, frameOfRows(signature.inputs, rows));
    const outputs = values.length / rows.length;
    return rows.map((_, place) => values.subarray(place * outputs, (place + 1) * outputs).join());
  };
  const found: Span[] = [];
  for (const position of numberPositions(signature)) {
    const values = examples.map((example) => example[position]).filter((value) => typeof value === 'number');
    const sorted = [...new Set(values.map(Math.fround))].sort((one, other) => one - other);
    const spans = sorted.slice(1).map((high, place): Span => ({ row, position, low: sorted[place] as number, high }));
    found.push(...changingSpans(spans, answersOf).slice(0, jumpsOfField));
    if (found.length >= mostJumps) break;
  }
  return narrowed(found, answersOf);
}

function numberPositions({ inputs }: Signature): number[] {
  return inputs.flatMap(({ type }, position) => (type === 'float64' || type === 'decimal' ? [position] : []));
}

/** A row whose number at a position lies between two float32 values. */
interface Span {
  row: Row;
  position: number;
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

/** The two neighbouring float32 values of each span between which the answer changes: all are bisected together. */
function narrowed(spans: readonly Span[], answersOf: AnswersOf): Row[] {
  if (spans.length === 0) return [];
  const ends = spans.map((span) => ({ ...span }));
  const answersOfLow = answersOf(ends.map((span) => rowAt(span, span.low)));
  for (;;) {
    const middles = ends.map(({ low, high }) => Math.fround((low + high) / 2));
    if (ends.every(({ low, high }, place) => middles[place] === low || middles[place] === high)) break;
    const answers = answersOf(ends.map((span, place) => rowAt(span, middles[place] as number)));
    ends.forEach((span, place) => {
      if (answers[place] === answersOfLow[place]) span.low = middles[place] as number;
      else span.high = middles[place] as number;
    });
  }
  return ends.flatMap((span) => [rowAt(span, span.low), rowAt(span, span.high)]);
}
