import type { Signature } from '../contract/values.ts';
import type { InputValue } from '../serving/field-rule.ts';
import type { Model } from '../train/index.ts';
import { jumpRows, thresholdRows } from './golden-jumps.ts';
import { extremeValues, unseenText } from './golden-values.ts';

type Row = InputValue[];

/** How large a golden set may be: rows, and bytes of its file. */
export const goldenLimits = { rows: 2000, bytes: 2_000_000 };

const mostPairs = 120;

/**
 * Rows that show whether a file answers as its trainer: real rows; each field missing, at its extremes and with each of its
 * categories, and everything so at once; pairs of fields missing together; and neighbours on both sides of the threshold and of
 * places where the answer jumps, as it does at the cuts of trees. Each once, and of each kind some where not all have room.
 * @param examples at least one real row, in the order of the signature's inputs.
 */
export function goldenRows(model: Model, signature: Signature, examples: readonly Row[]): Row[] {
  const kinds = [
    [...examples],
    wholeRows(signature, examples),
    atThreshold(model, signature, examples),
    jumpRows(model, signature, examples),
    oneByOne(signature, examples),
    missingPairs(signature, examples),
  ];
  return withinLimits(kinds, bytesOfAnswer(signature));
}

function atThreshold(model: Model, signature: Signature, examples: readonly Row[]): Row[] {
  return model.task === 'binary' ? thresholdRows(model, signature, examples) : [];
}

/** Everything missing, everything empty, everything unseen. */
function wholeRows({ inputs }: Signature, [base = []]: readonly Row[]): Row[] {
  return [
    inputs.map(() => null),
    inputs.map((field) => (field.type === 'text' ? '' : null)),
    inputs.map((field, position) => (field.type === 'text' ? unseenText : (base[position] ?? null))),
  ];
}

/** A real row with one value replaced: the first values of all fields, then the second ones. */
function oneByOne({ inputs }: Signature, examples: readonly Row[]): Row[] {
  const values = inputs.map(extremeValues);
  const rounds = Math.max(0, ...values.map((list) => list.length));
  return Array.from({ length: rounds }, (_, round) => {
    const base = examples[round % examples.length] as Row;
    return values.flatMap((list, position) => (round < list.length ? [base.with(position, list[round] ?? null)] : []));
  }).flat();
}

/** Real rows that lack two values, evenly taken of all pairs. */
function missingPairs({ inputs }: Signature, examples: readonly Row[]): Row[] {
  const fields = inputs.length;
  const pairs = (fields * (fields - 1)) / 2;
  const step = Math.max(1, Math.floor(pairs / mostPairs));
  const rows: Row[] = [];
  let pair = 0;
  for (let one = 0; one < fields; one++) {
    for (let other = one + 1; other < fields; other++) {
      if (pair++ % step !== 0) continue;
      const base = examples[rows.length % examples.length] as Row;
      rows.push(base.with(one, null).with(other, null));
      if (rows.length === mostPairs) return rows;
    }
  }
  return rows;
}

/** At most, as JSON. */
function bytesOfAnswer({ task, classes = [] }: Signature): number {
  const longest = Math.max(0, ...classes.map((name) => Buffer.byteLength(JSON.stringify(name))));
  return 24 * (task === 'regression' ? 1 : classes.length) + longest + 4;
}

/** Takes of all kinds in turn as long as there is room, and answers what was taken kind by kind. */
function withinLimits(kinds: readonly Row[][], bytesOfEach: number): Row[] {
  const seen = new Set<string>();
  const taken = kinds.map((): Row[] => []);
  const longest = Math.max(...kinds.map((rows) => rows.length));
  let bytes = 0;
  for (let place = 0; place < longest; place++) {
    for (const [kind, rows] of kinds.entries()) {
      const row = rows[place];
      if (row === undefined) continue;
      const text = keyOf(row);
      const size = Buffer.byteLength(text) + bytesOfEach;
      const hasRoom = seen.size < goldenLimits.rows && bytes + size <= goldenLimits.bytes;
      if (seen.has(text) || !(hasRoom || seen.size === 0)) continue;
      seen.add(text);
      bytes += size;
      taken[kind]?.push(row);
    }
  }
  return taken.flat();
}

/** JSON, but that -0 is another value than 0. */
function keyOf(row: Row): string {
  return JSON.stringify(row.map((value) => (Object.is(value, -0) ? '-0' : value)));
}
