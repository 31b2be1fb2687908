import type { PerformanceSlice } from '../../contract/monitor-performance.ts';
import { type Judged, metricOf, metricsOfCounts, selectJudged } from '../../train/for-jobs.ts';
import type { JudgeableRows } from './answered-rows.ts';
import { figuresOf, windowEffort } from './figures.ts';
import { type JudgingRule, judgedRows, labelledPositions } from './judging.ts';

/** A column cut into the same slices on both sides: for each row the position of its slice. */
export interface SlicedColumn {
  column: string;
  slices: readonly string[];
  current: Int32Array;
  reference: Int32Array;
}

export interface SlicesInput {
  rule: JudgingRule;
  metric: { name: string; lowerIsBetter: boolean };
  current: JudgeableRows;
  reference: JudgeableRows;
  columns: readonly SlicedColumn[];
}

/** Labelled rows that a slice needs on a side: chance alone would decide the metric of fewer. */
const fewestRows = 10;

/**
 * The main metric by slice, beside the other side, and how much of the loss comes from which: the metric of all labelled
 * rows is computed once more with the rows of the slice replaced by as many of the other side's rows of the same slice,
 * which holds for every metric, also one that is no mean over rows. What lost most comes first.
 */
export function measureSlices({ rule, metric, current, reference, columns }: SlicesInput): PerformanceSlice[] {
  const [own, other] = [labelledPositions(current), labelledPositions(reference)];
  const pool: Pool = {
    own,
    other,
    judged: joined(judgedRows(rule, current, own), judgedRows(rule, reference, other)),
    metric,
  };
  const metricOfPool = metricsOfCounts(pool.judged, metric.name);
  const metricOfCounts = (counts: Int32Array) => metricOfPool(counts)[metric.name] ?? null;
  const now = own.length === 0 ? null : metricOfCounts(countsOf(pool, new Int32Array(0), new Int32Array(0)));
  const slices = columns.flatMap((column) =>
    column.slices.flatMap((slice, code): PerformanceSlice[] => {
      const rows = column.current.reduce((sum, each) => sum + Number(each === code), 0);
      if (rows === 0) return [];
      const inside = placesOf(own, column.current, code, 0);
      const outside = placesOf(other, column.reference, code, own.length);
      const hasReference = outside.length >= fewestRows;
      const isJudged = inside.length >= fewestRows;
      const then = hasReference && isJudged ? metricOfCounts(countsOf(pool, inside, outside)) : null;
      const figures = isJudged ? figuresOf(selectJudged(pool.judged, inside), windowEffort, metric.name) : {};
      return [
        {
          column: column.column,
          slice,
          rows,
          labelled: inside.length,
          value: figures[metric.name] ?? { value: null, low: null, high: null },
          reference: hasReference ? metricOf(selectJudged(pool.judged, outside), metric.name) : null,
          lost: now === null || then === null ? null : metric.lowerIsBetter ? now - then : then - now,
        },
      ];
    }),
  );
  return slices.toSorted((one, another) => (another.lost ?? -Infinity) - (one.lost ?? -Infinity));
}

/** The labelled rows of both sides, one after the other. */
interface Pool {
  own: Int32Array;
  other: Int32Array;
  judged: Judged;
  metric: SlicesInput['metric'];
}

/** How often each row of the pool counts where some of its own rows are replaced by others, as many and evenly. */
function countsOf({ own, other }: Pool, replaced: Int32Array, replacing: Int32Array): Int32Array {
  const counts = new Int32Array(own.length + other.length);
  counts.fill(1, 0, own.length);
  for (const place of replaced) counts[place] = 0;
  const share = replaced.length / Math.max(1, replacing.length);
  for (const [index, place] of replacing.entries()) {
    counts[place] = Math.floor((index + 1) * share) - Math.floor(index * share);
  }
  return counts;
}

/** Places in the pool of those labelled rows that are in a slice. */
function placesOf(positions: Int32Array, codes: Int32Array, code: number, offset: number): Int32Array {
  const places: number[] = [];
  for (const [place, row] of positions.entries()) if (codes[row] === code) places.push(offset + place);
  return Int32Array.from(places);
}

function joined(own: Judged, other: Judged): Judged {
  const both = (one: Float64Array, another: Float64Array) => {
    const values = new Float64Array(one.length + another.length);
    values.set(one);
    values.set(another, one.length);
    return values;
  };
  return {
    ...own,
    answers: { values: both(own.answers.values, other.answers.values) },
    target: both(own.target, other.target),
  };
}
