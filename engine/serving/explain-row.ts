import { seededRandom, shuffle } from '../base/random.ts';
import type { InputValue } from './field-rule.ts';

/** What a column adds to the answer, beside the typical row. */
export interface Contribution {
  column: string;
  contribution: number;
  /** Standard error of a sampled contribution; 0 where it is exact. */
  error: number;
}

/** base + all contributions = the answer. */
export interface RowExplanation {
  /** The answer to the typical row. */
  base: number;
  /** By falling size; columns that have their typical value add nothing and are left out. */
  contributions: Contribution[];
}

/** The number that is explained, of each of these rows. */
export type AnswerRows = (rows: InputValue[][]) => Promise<ArrayLike<number>>;

export interface ExplainOptions {
  /** Rows that the model is asked for at most, where orders are drawn; of very many columns some more. */
  rows?: number;
  seed?: number;
}

const defaultRows = 2048;
const fewestPairs = 2;
const sliceRows = 64;
/** Columns that may differ from the typical row; rows that are made up have as many cells each. */
export const mostColumns = 1000;

/**
 * Shapley values of one answer with a typical row in place of the columns that are left out (baseline Shapley, Sundararajan
 * and Najmi 2020): exact over all subsets of up to 11 columns that differ, else by antithetic pairs of drawn orders (Castro et al.
 * 2009; Mitchell et al. 2022). Only the answers count, so it holds for any model.
 * @param names of the columns, in the order of the values in a row
 */
export async function explainRow(
  row: readonly InputValue[],
  typical: readonly InputValue[],
  names: readonly string[],
  answer: AnswerRows,
  { rows = defaultRows, seed = 0 }: ExplainOptions = {},
): Promise<RowExplanation> {
  const columns = [...row.keys()].filter((column) => row[column] !== typical[column]);
  const rowOf = (isOwn: (place: number) => boolean) => {
    const mixed = [...typical];
    columns.forEach((column, place) => {
      if (isOwn(place)) mixed[column] = row[column] as InputValue;
    });
    return mixed;
  };
  const isExact = 2 ** columns.length <= rows;
  const { base, values, errors } = isExact
    ? await exactValues(columns.length, rowOf, answer)
    : await sampledValues(columns.length, rowOf, answer, rows, seed);
  const contributions = columns.map((column, place) => ({
    column: names[column] as string,
    contribution: values[place] as number,
    error: errors[place] as number,
  }));
  contributions.sort((one, other) => Math.abs(other.contribution) - Math.abs(one.contribution));
  return { base, contributions };
}

type RowOf = (isOwn: (place: number) => boolean) => InputValue[];

interface Values {
  base: number;
  values: Float64Array;
  errors: Float64Array;
}

/** The definition itself: the mean change over all subsets of the other columns, weighted by their size. */
async function exactValues(columns: number, rowOf: RowOf, answer: AnswerRows): Promise<Values> {
  const subsets = 2 ** columns;
  const answers = await inSlices(subsets, answer, (subset) => rowOf((place) => ((subset >> place) & 1) === 1));
  const weights = subsetWeights(columns);
  const values = new Float64Array(columns);
  for (let subset = 0; subset < subsets; subset++) {
    const weight = weights[ones(subset)] as number;
    for (let place = 0; place < columns; place++) {
      if ((subset >> place) & 1) continue;
      const change = (answers[subset | (1 << place)] as number) - (answers[subset] as number);
      values[place] = (values[place] as number) + weight * change;
    }
  }
  return { base: answers[0] as number, values, errors: new Float64Array(columns) };
}

/** The answers to so many rows, made and asked for a few at a time, so that other requests come between. */
async function inSlices(
  count: number,
  answer: AnswerRows,
  rowAt: (index: number) => InputValue[],
): Promise<Float64Array> {
  const answers = new Float64Array(count);
  for (let start = 0; start < count; start += sliceRows) {
    const rows = Array.from({ length: Math.min(sliceRows, count - start) }, (_, index) => rowAt(start + index));
    answers.set(await answer(rows), start);
  }
  return answers;
}

/** By the size s of a subset of the other n - 1 columns: s! (n - s - 1)! / n!. */
function subsetWeights(columns: number): number[] {
  const weights = [1 / Math.max(1, columns)];
  for (let size = 1; size < columns; size++) {
    weights.push(((weights[size - 1] as number) * size) / (columns - size));
  }
  return weights;
}

function ones(bits: number): number {
  let count = 0;
  for (let rest = bits; rest > 0; rest &= rest - 1) count++;
  return count;
}

async function sampledValues(
  columns: number,
  rowOf: RowOf,
  answer: AnswerRows,
  rows: number,
  seed: number,
): Promise<Values> {
  const pairs = Math.max(fewestPairs, Math.floor(rows / (2 * (columns + 1))));
  const orders = drawnOrders(columns, pairs, seed);
  const steps = columns + 1;
  const ranks = orders.map(ranksOf);
  const answers = await inSlices(orders.length * steps, answer, (at) => {
    const own = ranks[Math.floor(at / steps)] as Int32Array;
    return rowOf((place) => (own[place] as number) < at % steps);
  });
  const values = new Float64Array(columns);
  const squares = new Float64Array(columns);
  for (let pair = 0; pair < pairs; pair++) {
    const change = new Float64Array(columns);
    for (const position of [pair * 2, pair * 2 + 1]) {
      (orders[position] as number[]).forEach((place, step) => {
        const at = position * steps + step;
        change[place] = (change[place] as number) + ((answers[at + 1] as number) - (answers[at] as number)) / 2;
      });
    }
    for (let place = 0; place < columns; place++) {
      values[place] = (values[place] as number) + (change[place] as number) / pairs;
      squares[place] = (squares[place] as number) + (change[place] as number) ** 2 / pairs;
    }
  }
  const errors = values.map((value, place) =>
    Math.sqrt(Math.max(0, (squares[place] as number) - value ** 2) / (pairs - 1)),
  );
  return { base: answers[0] as number, values, errors };
}

/** Pairs of an order and its reverse. */
function drawnOrders(columns: number, pairs: number, seed: number): number[][] {
  const random = seededRandom(seed);
  return Array.from({ length: pairs }, () => {
    const order = shuffle(
      Array.from({ length: columns }, (_, place) => place),
      random,
    );
    return [order, order.toReversed()];
  }).flat();
}

function ranksOf(order: readonly number[]): Int32Array {
  const ranks = new Int32Array(order.length);
  order.forEach((place, rank) => {
    ranks[place] = rank;
  });
  return ranks;
}
