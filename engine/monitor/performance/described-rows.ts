import { type Frame, type FrameColumn, selectRows } from '../../base/frame.ts';
import { inputColumn, predictionColumn } from '../../deploy/index.ts';
import { thinnedPositions } from '../../statistics/drift-columns.ts';
import { comparableInput } from '../comparable-input.ts';
import type { LoggedColumn, LoggedRows } from '../logged-rows.ts';
import type { VersionReference } from '../reference.ts';
import type { DescribedRows } from './estimate-performance.ts';
import type { Holdouts } from './holdouts.ts';

/** Rows of either side that are described: more do not make an estimate better. */
const mostRows = 50_000;

/**
 * What is known of the held-out and of the logged rows of a regression beside their answers; null where an input of the
 * holdout is gone, or none has values in the log.
 * @param rows how many the log has
 */
export async function describedRows(
  log: LoggedRows,
  rows: number,
  reference: VersionReference,
  holdouts: Holdouts,
): Promise<DescribedRows | null> {
  const masked = await log.masked();
  const inputs = reference.signature.inputs.filter(({ name }) => !masked.has(name));
  if (inputs.length === 0) return null;
  const held = await holdouts.of(reference);
  const columns: FrameColumn[] = [];
  for (const { name } of inputs) columns.push(await holdouts.input(reference, name));
  columns.push({ name: predictionColumn, type: 'float64', kind: 'number', values: held.answers });
  const kept = thinnedPositions(held.targets.length, mostRows);
  const logged = await log.read((group) => {
    if (group.signature.task !== 'regression') return null;
    const described = inputs.map(
      ({ name, type }): LoggedColumn => ({
        name: inputColumn(name),
        type,
        isAbsent: !comparableInput(group.signature, name, type),
      }),
    );
    return [...described, { name: predictionColumn, type: 'float64' }];
  }, mostRows / Math.max(1, rows));
  return {
    holdout: selectRows({ rows: held.targets.length, columns }, kept),
    targets: Float64Array.from(kept, (row) => held.targets[row] as number),
    logged: named(logged, ['event_time', ...inputs.map(({ name }) => name), predictionColumn]),
  };
}

function named({ rows, columns }: Frame, names: readonly string[]): Frame {
  return { rows, columns: columns.map((column, index) => ({ ...column, name: names[index] as string })) };
}
