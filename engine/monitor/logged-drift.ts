import type { Signature } from '../contract/values.ts';
import { inputColumn, labelColumn, predictionColumn, probabilityColumn } from '../deploy/index.ts';
import { comparableInput } from './comparable-input.ts';
import { comparedRows, type DriftOverTime, type DriftSettings, driftOverTime } from './drift.ts';
import type { LoggedColumn, LoggedRows, LogSummary, VersionParts } from './logged-rows.ts';
import type { VersionReference } from './reference.ts';
import type { TimeWindow } from './windows.ts';

/** Rows of the log, and what they are compared with. */
export interface ComparedLog {
  reference: VersionReference;
  rows: LoggedRows;
  summary: LogSummary;
  windows: TimeWindow[];
  settings: DriftSettings;
  /** Inputs that nothing can be said of, because the log does not have their values. */
  masked: ReadonlySet<string>;
}

/** @param summedUp what sums say; of the others, whose values sums may not have, it is read from the rows */
export async function inputDrift(log: ComparedLog, summedUp: readonly DriftOverTime[]): Promise<DriftOverTime[]> {
  const { reference } = log;
  const drifts: DriftOverTime[] = [];
  for (const [index, { name, type }] of reference.signature.inputs.entries()) {
    const known = summedUp.find(({ whole }) => whole.name === name);
    if (known) drifts.push(known);
    if (known || log.masked.has(name)) continue;
    const columnsOf = ({ signature }: VersionParts): LoggedColumn[] | null =>
      comparableInput(signature, name, type) ? [{ name: inputColumn(name), type }] : null;
    const column = reference.inputs[index] as VersionReference['inputs'][number];
    drifts.push(await driftOfLogged(log, column, columnsOf, type, reference.importance.get(name) ?? null));
  }
  return drifts;
}

export function predictionDrift(log: ComparedLog): Promise<DriftOverTime> {
  const { prediction, signature } = log.reference;
  const columnsOf = (group: VersionParts) => predictionColumns(signature, group.signature);
  return driftOfLogged(log, prediction, columnsOf, prediction.kind === 'text' ? 'text' : 'float64', null);
}

function predictionColumns({ classes = [], task }: Signature, ofGroup: Signature): LoggedColumn[] | null {
  if ((task === 'regression') !== (ofGroup.task === 'regression')) return null;
  if (task === 'regression') return [{ name: predictionColumn, type: 'float64' }];
  if (task === 'multiclass') return [{ name: labelColumn, type: 'text' }];
  const position = (ofGroup.classes ?? []).indexOf(classes[1] as string);
  return position < 0 ? null : [{ name: probabilityColumn(position), type: 'float64' }];
}

async function driftOfLogged(
  { rows, summary, windows, settings }: ComparedLog,
  reference: VersionReference['prediction'],
  columnsOf: (group: VersionParts) => LoggedColumn[] | null,
  type: string,
  importance: number | null,
): Promise<DriftOverTime> {
  const frame = await rows.read(columnsOf, comparedRows / Math.max(summary.rows, 1));
  return driftOverTime(reference, frame, type, importance, windows, settings);
}
