import type { FieldSignature, Signature } from '../contract/values.ts';
import type { InputValue } from '../serving/field-rule.ts';
import { answerRows, frameOfRows, type Model } from '../train/index.ts';

type Row = InputValue[];

const largestFloat = 3.4028234663852886e38;
const unseenText = 'a text that no training row had';

/** Values that a field may get in the worst case; all of them are valid input. */
function extremeValues(field: FieldSignature): InputValue[] {
  switch (field.type) {
    case 'int64':
      return [0, -1, field.minimum ?? 0, field.maximum ?? 0, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
    case 'float64':
    case 'decimal':
      return [0, 1e-300, field.minimum ?? 0, field.maximum ?? 0, 0.1, largestFloat, -largestFloat];
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
  const atThreshold = model.task === 'binary' ? thresholdRows(model, signature, examples) : [];
  const atJumps = jumpRows(model, signature, examples);
  return [...examples, ...oneByOne, allMissing, allEmpty, allUnseen, ...atThreshold, ...atJumps];
}

const bisectedRows = 3;

/** For some real rows and a number of theirs: the two neighbouring float32 values between which the label changes. */
function thresholdRows(model: Model, signature: Signature, examples: readonly Row[]): Row[] {
  const found: Row[] = [];
  for (const [position, field] of signature.inputs.entries()) {
    if (field.type !== 'float64' && field.type !== 'decimal') continue;
    for (const example of examples.slice(0, bisectedRows)) {
      const label = (value: number) => labelOf(model, signature, example.with(position, value));
      found.push(...neighboursAtChange(label).map((value) => example.with(position, value)));
      if (found.length >= 2 * bisectedRows) return found;
    }
  }
  return found;
}

function labelOf(model: Model, signature: Signature, row: Row): number {
  return answerRows(model, frameOfRows(signature.inputs, [row])).labels?.[0] as number;
}

const jumpsOfField = 2;
const mostJumps = 24;

/**
 * For the first real row and each of its numbers: two neighbouring float32 values between which the answer changes, found
 * between values of other real rows. The lower one of trees is a cut itself.
 */
function jumpRows(model: Model, signature: Signature, examples: readonly Row[]): Row[] {
  const [base] = examples as [Row];
  const found: Row[] = [];
  for (const [position, field] of signature.inputs.entries()) {
    if (field.type !== 'float64' && field.type !== 'decimal') continue;
    const rowWith = (value: number): Row => base.with(position, value);
    const answer = (value: number) => answerRows(model, frameOfRows(signature.inputs, [rowWith(value)])).values.join();
    const values = examples.map((example) => example[position]).filter((value) => typeof value === 'number');
    const sorted = [...new Set(values.map(Math.fround))].sort((one, other) => one - other);
    for (let place = 1, jumps = 0; place < sorted.length && jumps < jumpsOfField; place++) {
      const neighbours = neighboursAtChange(answer, sorted[place - 1], sorted[place]);
      if (neighbours.length > 0) jumps++;
      found.push(...neighbours.map(rowWith));
    }
    if (found.length >= 2 * mostJumps) break;
  }
  return found;
}

/** Bisects float32 numbers in their order; none where both ends have the same answer. */
function neighboursAtChange<Answer>(answerOf: (value: number) => Answer, low = -1e6, high = 1e6): number[] {
  const answerOfLow = answerOf(low);
  if (answerOfLow === answerOf(high)) return [];
  for (;;) {
    const middle = Math.fround((low + high) / 2);
    if (middle === low || middle === high) return [low, high];
    if (answerOf(middle) === answerOfLow) low = middle;
    else high = middle;
  }
}
