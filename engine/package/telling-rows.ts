import { GalleyError } from '../base/errors.ts';
import type { HoldoutPredictions, StoredRun } from '../train/index.ts';
import type { Sources } from './views.ts';

/** Rows of a dataset version, read by a job. */
export interface TellingRows {
  /** Parquet files in the order of their rows. */
  paths: string[];
  /** Over all files, ascending. */
  positions: number[];
}

const mostRows = 160;

/**
 * Rows that a run was judged by and that tell most of its model. None where the rows are gone, or tell of people: the golden
 * set goes wherever the version goes.
 * @param threshold of two classes.
 */
export async function tellingRows(
  { data, train }: Pick<Sources, 'data' | 'train'>,
  run: StoredRun,
  threshold: number,
): Promise<TellingRows | undefined> {
  const marks = data.marks.of(run.datasetName);
  if (marks === undefined || Object.keys(marks).length > 0) return undefined;
  try {
    const { paths } = await train.rows(run.id);
    return { paths, positions: tellingPositions(train.holdout(run.id), threshold) };
  } catch (error) {
    if (error instanceof GalleyError && error.kind === 'not_found') return undefined;
    throw error;
  }
}

/**
 * Positions of the rows with the lowest and the highest answers, of those nearest to where the label changes, and of some
 * between: a quarter each. Of several classes the answer is the probability of the likeliest.
 */
export function tellingPositions({ positions, values }: HoldoutPredictions, threshold: number): number[] {
  const width = values.length / positions.length;
  const answers = Array.from(positions, (_, row) => answerOf(values.subarray(row * width, (row + 1) * width)));
  const ranked = Array.from(positions.keys())
    .filter((row) => Number.isFinite(answers[row]))
    .sort((one, other) => (answers[one] as number) - (answers[other] as number) || one - other);
  const border = width === 2 ? threshold : (answers[ranked[ranked.length >> 1] ?? 0] ?? 0);
  const distance = (row: number) => Math.abs((answers[row] as number) - border);
  const nearest = ranked.toSorted((one, other) => distance(one) - distance(other) || one - other);
  const share = mostRows / 4;
  const step = Math.max(1, Math.floor(ranked.length / share));
  const between = ranked.filter((_, place) => place % step === 0).slice(0, share);
  const chosen = new Set([...ranked.slice(0, share), ...ranked.slice(-share), ...nearest.slice(0, share), ...between]);
  return [...chosen].map((row) => positions[row] as number).sort((one, other) => one - other);
}

function answerOf(outputs: Float64Array): number {
  if (outputs.length <= 2) return outputs.at(-1) as number;
  return Math.max(...outputs);
}
