import type { RowIdentity, RunDetail } from '../../contract/train.ts';
import { dividesByHash } from '../../train/index.ts';
import type { StepPhases } from '../step-tools.ts';

/**
 * The challenger's rows are told apart as the champion's were, those of earlier recipes included, so that a row keeps its
 * side and there are enough rows that neither was trained on.
 * @param columns of the new data.
 * @returns undefined where the split needs none, or a column is gone: then rows are told apart as in a new training.
 */
export async function championRows(
  { phases }: Pick<StepPhases, 'phases'>,
  { run, recipe }: RunDetail,
  columns: readonly string[],
): Promise<RowIdentity | undefined> {
  if (!dividesByHash(recipe.split)) return undefined;
  const identity = recipe.rowIdentity ?? { by: 'key', columns: await earlierColumns(phases, run.id) };
  return identity.columns.every((name) => columns.includes(name)) ? identity : undefined;
}

/** Before recipes said it, the key of the dataset counted, else the whole row with its target. */
async function earlierColumns({ train }: StepPhases['phases'], run: string): Promise<string[]> {
  const { keyColumns } = train.stored(run).detail;
  return keyColumns.length > 0 ? keyColumns : (await train.rows(run)).schema.map(({ name }) => name);
}
