import { selectRows } from '../../base/frame.ts';
import { seededRandom, shuffle } from '../../base/random.ts';
import type { PermutationImportance } from '../../contract/train-explanations.ts';
import { resamples } from '../../statistics/bootstrap.ts';
import { standardDeviation } from '../../statistics/summary.ts';
import { type Judged, metricsOfCounts, selectJudged } from './judged.ts';
import { onlyColumns } from './raw-frame.ts';
import { shuffledAnswers } from './shuffled-answers.ts';
import { type EvaluationControl, type EvaluationSubject, inputColumns, judgedOf } from './subject.ts';

const mostRows = 2000;
const fewestRows = 200;
const mostShuffles = 3;
/** Every column is shuffled in rows of all columns: of many columns fewer rows and shuffles are taken. */
const mostCells = 200_000_000;
const manyColumns = 200;
const repeats = 50;
const widthOf95 = 1.96;

/**
 * Permutation importance (Breiman 2001) of raw columns: how much worse the ranking metric gets on the holdout when a
 * column is shuffled among the rows, mean of several shuffles, worst first. The interval is the normal one by the variance
 * that other rows (bootstrap, whole and shuffled judged on the same resamples) and other shuffles would bring. Of a large
 * holdout 2,000 rows are taken.
 */
export async function columnImportance(
  subject: EvaluationSubject,
  control: EvaluationControl,
): Promise<PermutationImportance> {
  const { model, metric, holdout } = subject;
  const random = seededRandom(subject.seed + 1);
  const names = inputColumns(model);
  const shuffles = names.length > manyColumns ? 1 : mostShuffles;
  const affordable = Math.floor(mostCells / (shuffles * names.length ** 2));
  const judgedRows = Math.max(fewestRows, Math.min(mostRows, affordable));
  const rows = shuffle(Array.from(holdout.target.keys()), random).slice(0, judgedRows);
  const frame = onlyColumns(selectRows(holdout.frame, rows), names);
  const judged = selectJudged(judgedOf(subject), rows);
  const orders = Array.from({ length: shuffles }, () => shuffle(Array.from(rows.keys()), random));
  const resampled = resamples(rows.length, { random: seededRandom(subject.seed + 2), repeats });
  // All rows once first.
  const counts = [new Int32Array(rows.length).fill(1), ...Array.from(resampled, (drawn) => drawn.slice())];
  const scoreOf = (answers: Judged['answers']) => {
    const metrics = metricsOfCounts({ ...judged, answers }, metric.name);
    const worth = (value: number | null | undefined) => (value ?? Number.NaN) * (metric.lowerIsBetter ? -1 : 1);
    return counts.map((resample) => worth(metrics(resample)[metric.name]));
  };
  const whole = scoreOf(judged.answers);
  const answersOf = shuffledAnswers(model, frame);
  const columns: PermutationImportance['columns'] = [];
  for (const column of frame.columns) {
    const losses = orders.map((order) => {
      control.throwIfCanceled();
      const shuffled = scoreOf(answersOf(column, order));
      return shuffled.map((score, resample) => (whole[resample] as number) - score);
    });
    columns.push({ name: column.name, ...importanceOf(losses) });
    await control.breathe?.();
  }
  columns.sort((a, b) => b.value - a.value);
  return { metric: metric.name, rows: rows.length, repeats: shuffles, columns };
}

/** @param losses by shuffle, then by resample (the first are all rows). */
function importanceOf(losses: readonly number[][]): Omit<PermutationImportance['columns'][number], 'name'> {
  const means = (losses[0] as number[]).map((_, resample) =>
    average(losses.map((values) => values[resample] as number)),
  );
  const [value = 0, ...others] = means;
  if (!Number.isFinite(value)) return { value: 0, low: 0, high: 0, withinChance: true };
  const byRows = standardDeviation(Float64Array.from(others.filter(Number.isFinite)), 1) ?? 0;
  const byShuffles =
    standardDeviation(
      Float64Array.from(losses, ([all]) => all as number),
      1,
    ) ?? 0;
  const half = widthOf95 * Math.sqrt(byRows ** 2 + byShuffles ** 2 / losses.length);
  return { value, low: value - half, high: value + half, withinChance: value - half <= 0 };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
