import type { WindowUnit } from '../../contract/monitor-windows.ts';
import type { Signature } from '../../contract/values.ts';
import { driftOfSketches, judgeSketches } from '../../statistics/profile/drift-of-sketches.ts';
import { isHidden } from '../../statistics/profile/reference-bins.ts';
import { labelOutput } from '../../statistics/profile/reference-profile.ts';
import type { DriftOverTime } from '../drift.ts';
import type { LogSummary } from '../logged-rows.ts';
import { calendarWindows, readableUnit, type TimeWindow } from '../windows.ts';
import type { CountedRows, ProfiledColumn, ProfiledRange } from './profiled-range.ts';

/** What sums of rows say of a range, as a report has it. */
export interface ProfiledFindings {
  description: string;
  summary: LogSummary;
  /** Of the windows. */
  unit: WindowUnit | undefined;
  windows: TimeWindow[];
  traffic: { rows: number; versions: number[] }[];
  /** Rows without a value, by input that is not masked. */
  missing: Record<string, number>;
  inputs: DriftOverTime[];
  prediction: DriftOverTime;
  /** Inputs that nothing can be said of. */
  masked: ReadonlySet<string>;
  /** Of the versions that answered. */
  signatures: Signature[];
}

export interface ProfiledOptions {
  window: WindowUnit | undefined;
  minimumRows: number;
}

/** What all sources together have on the time axis. */
export type Axis = Pick<LogSummary, 'first' | 'last' | 'rows'>;

/** The axis of sources beside each other. */
export async function commonAxis(ranges: readonly ProfiledRange[]): Promise<Axis> {
  const summaries = await Promise.all(ranges.map((range) => range.summary()));
  const firsts = summaries.flatMap(({ first }) => first ?? []);
  const lasts = summaries.flatMap(({ last }) => last ?? []);
  return {
    rows: summaries.reduce((sum, { rows }) => sum + rows, 0),
    first: firsts.length === 0 ? null : Math.min(...firsts),
    last: lasts.length === 0 ? null : Math.max(...lasts),
  };
}

/** Null where the windows are of hours that are dropped. @throws GalleyError `monitor.invalid_range` */
export async function profiledFindings(
  range: ProfiledRange,
  options: ProfiledOptions,
  axis?: Axis,
): Promise<ProfiledFindings | null> {
  const summary = await range.summary();
  const { unit, windows } = windowsOf(axis ?? summary, options);
  const counted = await range.byWindow(windows);
  if (counted === null) return null;
  const columns = await range.columns();
  const { signature, importance } = range.deployed.facts;
  const judged = { columnCount: signature.inputs.length, minimumRows: options.minimumRows };
  const drifts = columns.map((column, index) => overTime(column, index, counted, judged, importance));
  const isInput = ({ name, type }: ProfiledColumn) =>
    type !== null && signature.inputs.some((input) => input.name === name);
  const inputs = drifts.filter(
    (_, index) => isInput(columns[index] as ProfiledColumn) && !isMasked(columns[index] as ProfiledColumn),
  );
  const outputs = columns.findIndex((column) => !isInput(column) && column.name !== labelOutput);
  return {
    description: range.deployed.description,
    summary,
    unit,
    windows,
    traffic: counted.map(({ rows, versions }) => ({ rows, versions: [...versions].sort((one, other) => one - other) })),
    missing: Object.fromEntries(
      columns.flatMap((column) =>
        isInput(column) && !isMasked(column) ? [[column.name, column.current.missing]] : [],
      ),
    ),
    inputs,
    prediction: drifts[outputs] as DriftOverTime,
    masked: new Set(columns.filter(isMasked).map(({ name }) => name)),
    signatures: range.signatures,
  };
}

function windowsOf({ first, last, rows }: Axis, { window, minimumRows }: ProfiledOptions) {
  if (first === null || last === null) return { unit: window, windows: [] };
  const unit = window ?? readableUnit({ first, last, rows }, minimumRows);
  return { unit, windows: calendarWindows({ first, last, rows }, minimumRows, unit) };
}

/** Nothing can be said of a column whose values the log or the reference does not have. */
export function isMasked({ current }: ProfiledColumn): boolean {
  return current.masked > 0 || isHidden(current.prepared.bins);
}

function overTime(
  { name, type, reference, current, uncertainRows }: ProfiledColumn,
  index: number,
  counted: readonly CountedRows[],
  options: { columnCount: number; minimumRows: number },
  importance: ReadonlyMap<string, number>,
): DriftOverTime {
  const { kind, ...result } = driftOfSketches(reference, current, options);
  if (uncertainRows > 0) result.statistics.uncertain_share = uncertainRows / current.rows;
  const windows = counted.map((rows) => judgeSketches(reference, rows.sketch(index), options));
  return {
    whole: {
      ...result,
      type: type ?? (kind === 'text' ? 'text' : 'float64'),
      importance: type === null ? null : (importance.get(name) ?? null),
    },
    windows: windows.map(({ score }) => score),
    drifted: windows.map(({ drifted }) => drifted),
  };
}
