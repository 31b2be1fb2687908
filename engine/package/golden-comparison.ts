import type { GoldenSet } from './golden-set.ts';

/** How far a graph's answer may lie from the trainer's, relative where that is more than 1. */
export const parityTolerance = 1e-5;

export interface GoldenFault {
  kind: 'output' | 'label';
  row: number;
  expected: unknown;
  found: unknown;
}

/** What a graph answered to the rows of a golden set, in its form. */
export type GraphAnswers = Pick<GoldenSet, 'outputs' | 'labels'>;

/** Where answers differ from those of a golden set, and the largest difference of a number. */
export function compareWithGolden(
  golden: GoldenSet,
  answers: GraphAnswers,
): { faults: GoldenFault[]; largest: number } {
  const faults: GoldenFault[] = [];
  let largest = 0;
  golden.outputs.forEach((expected, row) => {
    const found = answers.outputs[row] as (number | null)[];
    const difference = Math.max(...expected.map((value, index) => differenceOf(value, found[index] ?? null)));
    largest = Math.max(largest, difference);
    if (difference > parityTolerance) faults.push({ kind: 'output', row, expected, found });
    if (golden.labels && golden.labels[row] !== answers.labels?.[row])
      faults.push({ kind: 'label', row, expected: golden.labels[row], found: answers.labels?.[row] });
  });
  return { faults, largest };
}

/** Null is an answer that is not finite; both must be so. */
function differenceOf(expected: number | null, found: number | null): number {
  if (expected === null || found === null) return expected === found ? 0 : Number.POSITIVE_INFINITY;
  return Math.abs(found - expected) / Math.max(1, Math.abs(expected));
}

/** The answers of a graph as a golden set holds them. @param values rows x classes, or rows x 1; row-major */
export function graphAnswers(values: Float32Array, labels: readonly string[] | undefined, rows: number): GraphAnswers {
  const width = values.length / rows;
  const outputs = Array.from({ length: rows }, (_, row) =>
    Array.from(values.subarray(row * width, (row + 1) * width), (value) => (Number.isFinite(value) ? value : null)),
  );
  return labels === undefined ? { outputs } : { outputs, labels: [...labels] };
}

/**
 * Whether the golden answer to a row lies so near to another label that the tolerance covers both: a model that computes in
 * float32 may give either where another processor or browser rounds otherwise.
 */
export function isAtBorder({ outputs }: GoldenSet, row: number, threshold: number | undefined): boolean {
  const answer = outputs[row] as (number | null)[];
  const [first = 0, second = 0] = answer.map((value) => value ?? 0).toSorted((one, other) => other - one);
  const distance = threshold === undefined ? first - second : Math.abs((answer[1] ?? 0) - threshold);
  return distance <= parityTolerance;
}
