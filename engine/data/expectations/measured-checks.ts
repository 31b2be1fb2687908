import { dayMilliseconds } from '../../base/clock.ts';
import type { Expectation } from '../../contract/data-expectations.ts';
import { sqlName } from '../../store/duck.ts';
import type { SchemaColumn } from '../schema.ts';
import type { CheckInput, PreparedExpectation } from './check-input.ts';
import { conditionOf, isTime } from './conditions.ts';
import { positionColumn } from './positions.ts';
import { isTolerated, rowVerdict, sampleSize, type Verdict, wholeVerdict } from './verdict.ts';
import { numberWord, partWord, shareWord } from './words.ts';

/** Aggregates over the rows and what their values mean; many are asked for in one scan. */
export interface MeasuredCheck {
  measures: string[];
  judge(values: readonly unknown[]): Verdict;
}

function isWithin(value: number, { least, most }: { least?: number; most?: number }): boolean {
  return (least === undefined || value >= least) && (most === undefined || value <= most);
}

/** `value` as a number with missing, NaN and infinite ones left out. */
function finite(column: SchemaColumn): string {
  const name = sqlName(column.name);
  return column.type === 'float64' ? `CASE WHEN isfinite(${name}) THEN ${name} END` : `${name}::DOUBLE`;
}

function boundedNumber(
  measure: string,
  bounds: { least?: number; most?: number },
  word: (value: number) => string,
): MeasuredCheck {
  return {
    measures: [measure],
    judge: ([value]) =>
      typeof value === 'number'
        ? wholeVerdict(isWithin(value, bounds), value, word(value))
        : wholeVerdict(null, null, 'There are no values.'),
  };
}

function freshness(column: SchemaColumn, days: number, now: number): MeasuredCheck {
  return {
    measures: [`epoch_ms(max(${sqlName(column.name)})::TIMESTAMP)::DOUBLE`],
    judge: ([newest]) => {
      if (typeof newest !== 'number') return wholeVerdict(null, null, 'There are no values.');
      const age = (now - newest) / dayMilliseconds;
      const day = new Date(newest).toISOString().slice(0, 10);
      return wholeVerdict(
        age <= days,
        Number(age.toFixed(3)),
        `The newest is of ${day}, ${numberWord(Math.floor(age))} days ago.`,
      );
    },
  };
}

/** Smallest and largest value as people read them. */
function spanMeasures(column: SchemaColumn): string[] {
  const name = sqlName(column.name);
  const cast = isTime(column) || column.type === 'decimal' ? '::VARCHAR' : '::DOUBLE';
  return [`min(${name})${cast}`, `max(${name})${cast}`];
}

function foundWord(expectation: Expectation, failed: number, judged: number, span: readonly unknown[]): string {
  if (expectation.kind === 'missing')
    return failed === 0
      ? 'None is missing.'
      : `It is missing in ${partWord(failed, judged)} (${shareWord(failed / judged)}).`;
  const extremes =
    expectation.kind === 'range' && span.length > 0 && span[0] !== null
      ? ` The values go from ${spanWord(span[0])} to ${spanWord(span[1])}.`
      : '';
  return `${failed === 0 ? 'Every row passes.' : `${partWord(failed, judged)} ${failed === 1 ? 'fails' : 'fail'}.`}${extremes}`;
}

function spanWord(value: unknown): string {
  return typeof value === 'number' ? numberWord(value) : String(value);
}

function rowWise(
  prepared: PreparedExpectation,
  schema: readonly SchemaColumn[],
  marked: readonly string[],
): MeasuredCheck | undefined {
  const { expectation } = prepared;
  const condition = conditionOf(expectation, schema, prepared.condition);
  if (!condition) return undefined;
  const column = 'column' in expectation ? schema.find(({ name }) => name === expectation.column) : undefined;
  const isSpanned = expectation.kind === 'range' && column && !marked.includes(column.name);
  const span = isSpanned ? spanMeasures(column) : [];
  return {
    measures: [
      `count_if(${condition.judged})::DOUBLE`,
      `count_if(${condition.fails})::DOUBLE`,
      `min(${positionColumn}, ${sampleSize}) FILTER (WHERE ${condition.fails})`,
      ...span,
    ],
    judge: ([judgedCount, failedCount, positions, ...extremes]) => {
      const [judged, failed] = [Number(judgedCount ?? 0), Number(failedCount ?? 0)];
      const allowed = expectation.kind === 'missing' ? expectation.most : toleranceOf(expectation);
      const sample = ((positions as unknown[] | null) ?? []).map((position) => ({
        position: Number(position),
        values: [],
      }));
      const share = judged === 0 ? 0 : failed / judged;
      const observed = extremes.length > 0 ? extremes : share;
      return rowVerdict(
        isTolerated(failed, judged, allowed),
        observed,
        foundWord(expectation, failed, judged, extremes),
        failed,
        sample,
      );
    },
  };
}

export function toleranceOf(expectation: Expectation): number | undefined {
  return 'tolerance' in expectation ? expectation.tolerance : undefined;
}

/** The aggregates of an expectation that one scan can answer, undefined for those that need queries of their own. */
export function measuredCheck(
  prepared: PreparedExpectation,
  schema: readonly SchemaColumn[],
  input: CheckInput,
): MeasuredCheck | undefined {
  const { expectation } = prepared;
  const column = 'column' in expectation ? schema.find(({ name }) => name === expectation.column) : undefined;
  switch (expectation.kind) {
    case 'mean':
      return (
        column && boundedNumber(`avg(${finite(column)})`, expectation, (value) => `The mean is ${numberWord(value)}.`)
      );
    case 'quantile':
      return (
        column &&
        boundedNumber(
          `quantile_cont(${finite(column)}, ${expectation.level})::DOUBLE`,
          expectation,
          (value) => `It is ${numberWord(value)}.`,
        )
      );
    case 'fresh':
      return column && freshness(column, expectation.days, input.now);
    default:
      return rowWise(prepared, schema, input.marked ?? []);
  }
}
