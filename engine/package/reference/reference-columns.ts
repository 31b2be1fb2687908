import { setImmediate as nextTurn } from 'node:timers/promises';
import { GalleyError } from '../../base/errors.ts';
import type { FrameColumn } from '../../base/frame.ts';
import type { FieldSignature, Signature } from '../../contract/values.ts';
import { driftColumn, selectDriftRows, thinned, thinnedPositions } from '../../statistics/drift-columns.ts';
import type { DriftColumn } from '../../statistics/drift-sample.ts';
import { referenceBins, withoutValues } from '../../statistics/profile/reference-bins.ts';
import { labelOutput, type ReferenceColumn } from '../../statistics/profile/reference-profile.ts';
import type { HoldoutPredictions, StoredRun } from '../../train/index.ts';
import type { Sources } from '../views.ts';
import { predictionsOf, trainingPositions } from './reference-rows.ts';

/** Of the training part and of the holdout, spread evenly over them: more do not change the bins, and take long to sort. */
const largestRowCount = 50_000;

const numberTypes: ReadonlySet<string> = new Set(['int64', 'float64', 'decimal']);

/**
 * The bins of a version's inputs over the training part of its run, and of its answers over the holdout. Of columns that are
 * marked as personal or sensitive they have no values; probabilities are none of a target. Undefined where the rows cannot be had
 * any more.
 */
export async function referenceColumns(
  { data, train }: Pick<Sources, 'data' | 'train'>,
  run: StoredRun,
  signature: Signature,
): Promise<ReferenceColumn[] | undefined> {
  const marks = data.marks.of(run.datasetName);
  if (marks === undefined) return undefined;
  const binsOf = (column: DriftColumn, of = column.name) => {
    const bins = referenceBins(column);
    return marks[of] === undefined ? bins : withoutValues(bins);
  };
  try {
    const dataset = await data.openVersion(run.datasetVersionId, run.recipe.dataset);
    const holdout = train.holdout(run.id);
    const positions = await trainingPositions(data, dataset, run, holdout);
    const kept = Int32Array.from(
      thinnedPositions(positions.length, largestRowCount),
      (index) => positions[index] as number,
    );
    const columns: ReferenceColumn[] = [];
    for (const field of signature.inputs) {
      await nextTurn();
      const frame = await data.frame(dataset, [field.name]);
      const rows = selectDriftRows(inputColumn(field, frame.columns[0] as FrameColumn), kept);
      columns.push({ role: 'input', bins: binsOf(rows) });
    }
    for (const column of outputColumns(signature, holdout)) {
      const isProbability = signature.task === 'binary' && column.kind === 'number';
      const rows = thinned(column, largestRowCount);
      columns.push({ role: 'output', bins: isProbability ? referenceBins(rows) : binsOf(rows, signature.target) });
    }
    return columns;
  } catch (error) {
    if (error instanceof GalleyError) return undefined;
    throw error;
  }
}

/** A column as the model takes it: one that is adopted may take numbers as texts. */
function inputColumn({ name, type }: FieldSignature, frameColumn: FrameColumn): DriftColumn {
  const column = driftColumn(name, frameColumn);
  const isNumber = numberTypes.has(type);
  if (isNumber === (column.kind !== 'text')) return column;
  if (column.kind === 'text') {
    return { name, kind: 'number', values: Float64Array.from(column.values, (value) => Number(value ?? Number.NaN)) };
  }
  return {
    name,
    kind: 'text',
    values: Array.from(column.values, (value) => (Number.isNaN(value) ? null : String(value))),
  };
}

function outputColumns(signature: Signature, holdout: HoldoutPredictions): DriftColumn[] {
  const predictions = predictionsOf(signature, holdout);
  const { task, classes = [], threshold = 0.5 } = signature;
  if (task !== 'binary' || predictions.kind === 'text') return [predictions];
  const labels = Array.from(predictions.values, (probability) =>
    Number.isNaN(probability) ? null : (classes[Number(probability >= threshold)] ?? null),
  );
  return [predictions, { name: labelOutput, kind: 'text', values: labels }];
}
