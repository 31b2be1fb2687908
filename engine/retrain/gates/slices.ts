import { figure } from '../../base/figures.ts';
import { findColumn, selectValues } from '../../base/frame.ts';
import { count, listed, metricName } from '../../base/words.ts';
import type { GateCheck, SliceJudgement } from '../../contract/retrain-artifacts.ts';
import { columnParts, unknownColumn } from '../../train/index.ts';
import { type Judgement, judge, partOf } from '../judge.ts';
import type { JudgedRows } from '../judged-rows.ts';

/** Of a slice with fewer rows nothing is said. */
export const fewestSliceRows = 30;
/** How often a challenger that is as good on every slice may be found worse on one. */
const falseAlarms = 0.05;
/** A text has so many values at most, a number so many ranges, as in the slices of an evaluation. */
const partsOfColumns = { mostValues: 20, ranges: 5 };

interface Slice {
  column: string;
  value: string;
  /** Places among the judged rows. */
  places: number[];
}

/**
 * Judges both models on each value, or range, of columns. The challenger is worse on a slice where the whole interval of its
 * gain lies below 0; the intervals are as wide as Bonferroni's correction for so many slices wants, so that one that is as
 * good everywhere is refused in at most 5 of 100 cases.
 * @param columns of the challenger's dataset
 * @throws GalleyError `train.unknown_column`
 */
export function judgeSlices(
  judgement: Judgement,
  { frame, rows }: Pick<JudgedRows, 'frame' | 'rows'>,
  columns: readonly string[],
  onResample: () => void = () => {},
): SliceJudgement[] {
  const slices = columns.flatMap((name) => slicesOf({ frame, rows }, name));
  const tests = slices.length;
  return slices.map(({ column, value, places }, index) => {
    const part = {
      ...partOf(judgement, places),
      margin: 0,
      seed: judgement.seed + index,
      level: 1 - (2 * falseAlarms) / tests,
      repeats: resamples(places.length, tests),
    };
    const { champion, challenger, gain, interval } = judge(part, onResample);
    const worse = interval !== null && interval[1] < 0;
    return { column, value, rows: places.length, champion, challenger, gain, interval, worse };
  });
}

/** @throws GalleyError `train.unknown_column` */
function slicesOf({ frame, rows }: Pick<JudgedRows, 'frame' | 'rows'>, name: string): Slice[] {
  const column = findColumn(frame, name);
  if (column === undefined)
    throw unknownColumn(
      name,
      frame.columns.map((other) => other.name),
    );
  return columnParts(selectValues(column, rows), partsOfColumns).flatMap(({ codes, conditions, says }) =>
    conditions.flatMap((condition, code): Slice[] => {
      const places = [...codes.keys()].filter((place) => codes[place] === code);
      if (places.length < fewestSliceRows) return [];
      return [{ column: condition.column, value: sliceName(condition, says[code] as string), places }];
    }),
  );
}

function sliceName(condition: ReturnType<typeof columnParts>[number]['conditions'][number], says: string): string {
  return condition.is === 'equal' ? String(condition.value) : says.slice(condition.column.length + 1);
}

/** So many that the tail of the interval holds some; fewer where they are dear. */
function resamples(rows: number, tests: number): number {
  return Math.round(Math.max(400, Math.min(1000 + 100 * tests, 20_000_000 / rows)));
}

/** @param metric as scikit-learn names it */
export function slicesCheck(slices: readonly SliceJudgement[], columns: readonly string[], metric: string): GateCheck {
  const worse = slices.filter((slice) => slice.worse);
  const of = `${count(slices.length, 'slice')} of ${listed(columns)}`;
  const detail =
    slices.length === 0
      ? `no value of ${listed(columns)} has ${fewestSliceRows} of the common rows, so nothing is said of slices`
      : worse.length === 0
        ? `it is worse on none of ${of}`
        : `it is worse on ${worse.length} of ${of}: ${worse.map((slice) => inWords(slice, metric)).join('; ')}`;
  return { name: 'slices', passed: worse.length === 0, detail, slices: [...slices] };
}

function inWords({ column, value, rows, champion, challenger }: SliceJudgement, metric: string): string {
  const told = (one: number | null) => (one === null ? 'undefined' : figure(one));
  return `${column} ${value} (${metricName(metric)} ${told(challenger)} against ${told(champion)} on ${count(rows, 'row')})`;
}
