import type { FrameColumn } from '../../base/frame.ts';
import { inputColumn } from '../../deploy/index.ts';
import type { DriftColumn } from '../../statistics/drift.ts';
import { driftColumn } from '../../statistics/drift-columns.ts';
import { comparableInput } from '../comparable-input.ts';
import { type LoggedRows, missingColumn } from '../logged-rows.ts';
import type { VersionReference } from '../reference.ts';
import { answerColumns } from './answered-rows.ts';

/**
 * An input of the rows of `answeredRows`, in their order; missing where a version did not take it.
 * @param share of the rows, as `LoggedRows.read` takes it
 */
export async function loggedInput(
  log: LoggedRows,
  { signature }: Pick<VersionReference, 'signature'>,
  name: string,
  share = 1,
): Promise<FrameColumn> {
  const type = signature.inputs.find((input) => input.name === name)?.type ?? 'text';
  const { columns } = await log.read((group) => {
    if (answerColumns(group, signature) === null) return null;
    return [{ name: inputColumn(name), type, isAbsent: !comparableInput(group.signature, name, type) }];
  }, share);
  return columns[1] ? { ...columns[1], name } : missingColumn({ name, type }, 0);
}

/** The same as drift and slices compare it. */
export async function loggedColumn(
  log: LoggedRows,
  reference: Pick<VersionReference, 'signature'>,
  name: string,
  share = 1,
): Promise<DriftColumn> {
  return driftColumn(name, await loggedInput(log, reference, name, share));
}
