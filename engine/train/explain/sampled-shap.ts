import type { Frame, FrameColumn } from '../../base/frame.ts';
import { seededRandom, shuffle } from '../../base/random.ts';
import { evenly } from '../evenly.ts';
import { answerRows, type Model } from '../model.ts';
import type { RowContributions } from './contributions.ts';

/** Orders of the columns that are drawn for a row, each with one row of the background and gone through both ways. */
const mostOrders = 24;
const fewestOrders = 2;
/** Cells of the rows that are made up for one row: of many columns fewer orders are drawn. */
const mostCells = 4_000_000;

function drawnOrders(columns: number): number {
  const affordable = Math.floor(mostCells / (2 * (columns + 1) * columns));
  return Math.max(fewestOrders, Math.min(mostOrders, affordable));
}

/** How many cells it takes to explain a row of so many columns. */
export function cellsOfRow(columns: number): number {
  return 2 * drawnOrders(columns) * (columns + 1) * columns;
}

/**
 * Shapley values of what a model answers, by sampling orders of the columns (Castro et al. 2009; antithetic pairs of
 * Mitchell et al. 2022): columns take the row's values one after the other, the others those of a background row, and what
 * the answer changes by is the column's. Base and contributions add up to the answer exactly; each has the standard error
 * of the mean over the orders.
 * @param frame, background the model's raw columns, in one order.
 */
export function sampledContributions(
  model: Model,
  frame: Frame,
  background: Frame,
  seed: number,
  throwIfCanceled: () => void,
): RowContributions {
  const classes = model.classes.length;
  const outputs = classes > 2 ? classes : 1;
  const columns = frame.columns.map(({ name }) => name);
  const others = evenly(background.rows, drawnOrders(columns.length));
  const random = seededRandom(seed);
  const orders = Array.from({ length: others.length * 2 }, () => Array.from(columns.keys()));
  for (let pair = 0; pair < others.length; pair++) {
    const order = shuffle(orders[pair * 2] as number[], random);
    orders[pair * 2 + 1] = order.toReversed();
  }
  const values = new Float64Array(frame.rows * columns.length * outputs);
  const errors = new Float64Array(values.length);
  const base = new Float64Array(outputs);
  for (let row = 0; row < frame.rows; row++) {
    throwIfCanceled();
    const mixed = mixedRows(frame, row, background, others, orders);
    const answers = outputsOf(answerRows(model, mixed).values, classes);
    addRow(answers, orders, { outputs, columns: columns.length, row, values, errors, base });
  }
  return { method: 'sampled', unit: 'answer', outputs, columns, base, values, errors };
}

/** What is explained: of two classes the second's probability, else all that is answered. */
function outputsOf(values: Float64Array, classes: number): Float64Array {
  return classes === 2 ? values.filter((_, place) => place % 2 === 1) : values;
}

/** For each order, the background row with the first 0, 1, … columns of the order taken from the row that is explained. */
function mixedRows(
  frame: Frame,
  row: number,
  background: Frame,
  others: Int32Array,
  orders: readonly number[][],
): Frame {
  const steps = frame.columns.length + 1;
  const ranks = orders.map((order) => {
    const rank = new Int32Array(order.length);
    order.forEach((column, place) => {
      rank[column] = place;
    });
    return rank;
  });
  const rows = orders.length * steps;
  const columns = frame.columns.map((column, index): FrameColumn => {
    const isOwn = (place: number) =>
      ((ranks[Math.floor(place / steps)] as Int32Array)[index] as number) < place % steps;
    const other = (place: number) => others[Math.floor(place / steps / 2)] as number;
    const from = background.columns[index] as FrameColumn;
    if (column.kind === 'text') {
      const [own, theirs] = [column.values[row] ?? null, from.values as (string | null)[]];
      const values = Array.from({ length: rows }, (_, place) => (isOwn(place) ? own : (theirs[other(place)] ?? null)));
      return { ...column, values };
    }
    const values = new Float64Array(rows);
    for (let place = 0; place < rows; place++) {
      values[place] = (isOwn(place) ? column.values[row] : from.values[other(place)]) as number;
    }
    return { ...column, values };
  });
  return { rows, columns };
}

interface Sums {
  outputs: number;
  columns: number;
  row: number;
  values: Float64Array;
  errors: Float64Array;
  base: Float64Array;
}

/** Mean and standard error over pairs of orders of what each column changed. */
function addRow(answers: Float64Array, orders: readonly number[][], sums: Sums): void {
  const { outputs, columns, row, values, errors, base } = sums;
  const steps = columns + 1;
  const pairs = orders.length / 2;
  for (let output = 0; output < outputs; output++) {
    const total = new Float64Array(columns);
    const squares = new Float64Array(columns);
    let start = 0;
    for (let pair = 0; pair < pairs; pair++) {
      const change = new Float64Array(columns);
      for (const place of [pair * 2, pair * 2 + 1]) {
        const answer = (step: number) => answers[(place * steps + step) * outputs + output] as number;
        start += answer(0) / orders.length;
        (orders[place] as number[]).forEach((column, step) => {
          change[column] = (change[column] as number) + (answer(step + 1) - answer(step)) / 2;
        });
      }
      for (let column = 0; column < columns; column++) {
        total[column] = (total[column] as number) + (change[column] as number);
        squares[column] = (squares[column] as number) + (change[column] as number) ** 2;
      }
    }
    base[output] = start;
    for (let column = 0; column < columns; column++) {
      const place = (row * columns + column) * outputs + output;
      const mean = (total[column] as number) / pairs;
      values[place] = mean;
      const spread = Math.max(0, (squares[column] as number) / pairs - mean ** 2);
      errors[place] = pairs < 2 ? Number.NaN : Math.sqrt(spread / (pairs - 1));
    }
  }
}
