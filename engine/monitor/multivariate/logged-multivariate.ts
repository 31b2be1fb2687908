import type { FrameColumn } from '../../base/frame.ts';
import type { MultivariateDrift } from '../../contract/monitor-multivariate.ts';
import { inputColumn } from '../../deploy/index.ts';
import { driftColumn, thinned } from '../../statistics/drift-columns.ts';
import { comparableInput } from '../comparable-input.ts';
import type { LoggedRows } from '../logged-rows.ts';
import type { MeasuringThreads } from '../measuring-threads.ts';
import type { VersionReference } from '../reference.ts';
import { positionsByWindow, type TimeWindow } from '../windows.ts';
import { comparedColumns, comparedTogether, reconstructedRows } from './multivariate-drift.ts';

export interface LoggedInputs {
  reference: VersionReference;
  rows: LoggedRows;
  /** Logged rows of the range. */
  rowCount: number;
  /** Inputs that the log does not have as they were. */
  masked: ReadonlySet<string>;
  windows: readonly TimeWindow[];
  minimumRows: number;
}

export interface MultivariateOverTime {
  whole: MultivariateDrift;
  /** Mean reconstruction error of each window; null where it has too few rows. */
  windows: (number | null)[];
}

/** Compares logged inputs as a whole with those of the reference, in a thread. @throws GalleyError `call.canceled` */
export async function multivariateOfLogged(
  inputs: LoggedInputs,
  threads: Pick<MeasuringThreads, 'measure'>,
  signal?: AbortSignal,
): Promise<MultivariateOverTime> {
  const { reference, rows, rowCount, masked, windows, minimumRows } = inputs;
  const compared = reference.signature.inputs
    .map((input, index) => ({ ...input, column: reference.inputs[index] as VersionReference['inputs'][number] }))
    .filter(({ name, type }) => comparedTogether(type) && !masked.has(name))
    .toSorted((one, other) => importanceOf(reference, other.name) - importanceOf(reference, one.name))
    .slice(0, comparedColumns);
  const frame = await rows.read(
    ({ signature }) =>
      compared.every(({ name, type }) => comparableInput(signature, name, type))
        ? compared.map(({ name, type }) => ({ name: inputColumn(name), type }))
        : null,
    reconstructedRows / Math.max(1, rowCount),
  );
  const [times, ...columns] = frame.columns as [FrameColumn, ...FrameColumn[]] | [];
  const { drift, errors } = await threads.measure(
    'multivariate',
    {
      reference: compared.map(({ column }) => thinned(column, reconstructedRows)),
      current: columns.map((column, index) => driftColumn(compared[index]?.name ?? '', column)),
      minimumRows,
    },
    signal,
  );
  const byWindow = positionsByWindow(times?.values as Float64Array | undefined, windows);
  return {
    whole: drift,
    windows: byWindow.map((positions) => {
      if (errors === null || positions.length < minimumRows) return null;
      return positions.reduce((sum, row) => sum + (errors[row] as number), 0) / positions.length;
    }),
  };
}

function importanceOf({ importance }: VersionReference, name: string): number {
  return importance.get(name) ?? 0;
}
