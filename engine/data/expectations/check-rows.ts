import type { CheckResult, FailingRow } from '../../contract/data-expectations.ts';
import type { ColumnType } from '../../contract/values.ts';
import { sqlName } from '../../store/duck.ts';
import { maskedText } from '../privacy/mask.ts';
import { cellOf } from '../versions/views.ts';
import type { CheckedRows, CheckInput, PreparedExpectation } from './check-input.ts';
import { misfitOf } from './conditions.ts';
import { driftVerdict } from './drift-check.ts';
import { failingSql } from './failing-sql.ts';
import { columnsOf } from './keys.ts';
import { type MeasuredCheck, measuredCheck, toleranceOf } from './measured-checks.ts';
import { positionColumn, positionedTable } from './positions.ts';
import { withCondition } from './rule.ts';
import { schemaVerdict } from './schema-checks.ts';
import { isTolerated, resultOf, rowVerdict, sampleSize, type Verdict, wholeVerdict } from './verdict.ts';
import { partWord } from './words.ts';

/** Aggregates that one scan answers. */
const measuresAtOnce = 200;
/** Columns of a failing row that are kept where an expectation names none. */
const mostSampleColumns = 12;

export interface CheckControl {
  progress(done: number, total: number): void;
  throwIfCanceled(): void;
}

interface Measured {
  prepared: PreparedExpectation;
  check: MeasuredCheck;
}

function reason(error: unknown): string {
  const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return `It could not be checked: ${first.replace(/^[A-Za-z ]*Error: /, '')}`;
}

/** One scan for many expectations; where it fails, one scan for each, so that one bad pattern does not hide the others. */
async function measure(rows: CheckedRows, table: string, group: readonly Measured[]): Promise<Verdict[]> {
  const sql = `SELECT ${group.flatMap(({ check }) => check.measures).join(', ')} FROM ${table}`;
  try {
    const values = (await rows.connection.runAndReadAll(sql)).getRowsJson()[0] ?? [];
    let at = 0;
    return group.map(({ check }) => {
      const own = values.slice(at, at + check.measures.length);
      at += check.measures.length;
      return check.judge(own);
    });
  } catch (error) {
    if (group.length === 1) return [wholeVerdict(false, null, reason(error))];
    const verdicts: Verdict[] = [];
    for (const one of group) verdicts.push(...(await measure(rows, table, [one])));
    return verdicts;
  }
}

function grouped(checks: readonly Measured[]): Measured[][] {
  const groups: Measured[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const each of checks) {
    if (size + each.check.measures.length > measuresAtOnce) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)?.push(each);
    size += each.check.measures.length;
  }
  return groups;
}

/** The verdict of an expectation that needs a query of its own. */
async function queriedVerdict(rows: CheckedRows, table: string, prepared: PreparedExpectation): Promise<Verdict> {
  const { expectation, other } = prepared;
  try {
    if (expectation.kind === 'distribution') {
      return other
        ? await driftVerdict(rows, expectation, other)
        : wholeVerdict(null, null, 'There is nothing to compare with.');
    }
    const failing = failingSql(prepared, table, rows.schema);
    if (!failing) return wholeVerdict(null, null, 'There is nothing to compare with.');
    const sql = `SELECT count(*)::DOUBLE, min(${positionColumn}, ${sampleSize}) FROM (${failing})`;
    const [count, positions] = (await rows.connection.runAndReadAll(sql)).getRowsJson()[0] ?? [];
    const failed = Number(count ?? 0);
    const sample = ((positions as unknown[] | null) ?? []).map((position) => ({
      position: Number(position),
      values: [],
    }));
    const found = failed === 0 ? 'Every row passes.' : `${partWord(failed, rows.rows)} fail.`;
    const passed = isTolerated(failed, rows.rows, toleranceOf(expectation));
    return rowVerdict(passed, rows.rows === 0 ? 0 : failed / rows.rows, found, failed, sample);
  } catch (error) {
    return wholeVerdict(false, null, reason(error));
  }
}

/** Columns whose values a failing row shows. */
export function shownColumns(result: Pick<CheckResult, 'expectation'>, schema: CheckedRows['schema']): string[] {
  const named = columnsOf(result.expectation);
  return named.length > 0 ? named : schema.slice(0, mostSampleColumns).map(({ name }) => name);
}

/** Reads the values of the failing rows that the results keep, in one query. */
async function fillSamples(
  rows: CheckedRows,
  table: string,
  results: readonly CheckResult[],
  marked: readonly string[],
): Promise<CheckResult[]> {
  const positions = [...new Set(results.flatMap(({ sample }) => sample.map(({ position }) => position)))];
  if (positions.length === 0) return [...results];
  const failing = results.filter(({ sample }) => sample.length > 0);
  const names = [...new Set(failing.flatMap((result) => shownColumns(result, rows.schema)))];
  const types = new Map<string, ColumnType>(rows.schema.map(({ name, type }) => [name, type]));
  const sql = `SELECT ${[positionColumn, ...names.map(sqlName)].join(', ')} FROM ${table} WHERE ${positionColumn} IN (${positions.join(', ')})`;
  const read = (await rows.connection.runAndReadAll(sql)).getRowsJson();
  const byPosition = new Map(read.map(([position, ...values]) => [Number(position), values]));
  return results.map((result) => ({
    ...result,
    sample: result.sample.map(({ position }): FailingRow => {
      const values = byPosition.get(position) ?? [];
      const shown = shownColumns(result, rows.schema);
      return {
        position,
        values: shown.map((name) => {
          const cell = cellOf(types.get(name) ?? 'text', values[names.indexOf(name)]);
          return cell !== null && marked.includes(name) ? maskedText : cell;
        }),
      };
    }),
  }));
}

/** Rules as conditions over the rows' columns; an SQL text that is refused is an obstacle. */
async function withConditions(
  rows: CheckedRows,
  expectations: readonly PreparedExpectation[],
): Promise<PreparedExpectation[]> {
  const ready: PreparedExpectation[] = [];
  for (const prepared of expectations) ready.push(await withCondition(rows, prepared));
  return ready;
}

/**
 * Checks rows against expectations: those about single rows and aggregates in one scan, those about repeated, ordered,
 * referring and drifting values each in a query of its own. Results come in the order of the expectations.
 */
export async function checkRows(rows: CheckedRows, input: CheckInput, control: CheckControl): Promise<CheckResult[]> {
  const { expectations } = input;
  const verdicts = new Map<string, Verdict>();
  const measured: Measured[] = [];
  const queried: PreparedExpectation[] = [];
  for (const prepared of await withConditions(rows, expectations)) {
    const misfit = prepared.fault ?? misfitOf(prepared.expectation, rows.schema);
    const known = misfit ? undefined : schemaVerdict(prepared.expectation, rows.schema, rows.rows, input);
    const check = misfit || known || prepared.obstacle ? undefined : measuredCheck(prepared, rows.schema, input);
    if (prepared.obstacle) verdicts.set(prepared.key, wholeVerdict(null, null, prepared.obstacle));
    else if (misfit) verdicts.set(prepared.key, wholeVerdict(false, null, misfit));
    else if (known) verdicts.set(prepared.key, known);
    else if (check) measured.push({ prepared, check });
    else queried.push(prepared);
  }
  const table = await positionedTable(rows.connection, rows.paths);
  let done = verdicts.size;
  for (const group of grouped(measured)) {
    control.throwIfCanceled();
    control.progress(done, expectations.length);
    const found = await measure(rows, table, group);
    group.forEach(({ prepared }, index) => {
      verdicts.set(prepared.key, found[index] as Verdict);
    });
    done += group.length;
  }
  for (const prepared of queried) {
    control.throwIfCanceled();
    control.progress(done++, expectations.length);
    verdicts.set(prepared.key, await queriedVerdict(rows, table, prepared));
  }
  const results = expectations.map((prepared) => resultOf(prepared, verdicts.get(prepared.key) as Verdict));
  return fillSamples(rows, table, results, input.marked ?? []);
}
