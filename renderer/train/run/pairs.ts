import type { EvaluationReport } from '../../../engine/contract/train-evaluation.ts';

export type Pair = NonNullable<EvaluationReport['regression']>['pairs'][number];

/** Where a row stands among the errors that are known, and which rows stand beside it. */
export interface ErrorWalk {
  remark: string;
  /** Rows with the next larger and the next smaller error. */
  larger?: number;
  smaller?: number;
}

/** The walk through the rows by falling error: the worst ones of a report, else those that are drawn. Undefined for other rows. */
export function walkOf(
  { worst, regression }: Pick<EvaluationReport, 'worst' | 'regression'>,
  row: number,
): ErrorWalk | undefined {
  const drawn = (regression?.pairs ?? []).toSorted((a, b) => errorSize(b) - errorSize(a)).map((pair) => pair.row);
  const order = [...new Set([...worst.map((one) => one.row), ...drawn])];
  const place = order.indexOf(row);
  if (place < 0) return undefined;
  const isRanked = place < worst.length;
  return { remark: isRanked ? rankWords(place) : '', larger: order[place - 1], smaller: order[place + 1] };
}

function errorSize({ predicted, actual }: Pair): number {
  return Math.abs(predicted - actual);
}

/** `the largest error`, `the 14th largest error`. */
function rankWords(rank: number): string {
  if (rank === 0) return 'the largest error';
  const place = rank + 1;
  const words: Record<number, string> = { 2: 'second', 3: 'third', 4: 'fourth', 5: 'fifth' };
  return `the ${words[place] ?? ordinal(place)} largest error`;
}

function ordinal(value: number): string {
  const tens = value % 100;
  const ending = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th');
  return `${value}${ending}`;
}
