import type { FrameColumn } from '../base/frame.ts';
import type { ModelVersion, packageCalls } from '../contract/package.ts';
import type { Signature } from '../contract/values.ts';
import type { DataPhase } from '../data/index.ts';
import type { Handlers } from '../jobs/context.ts';
import { predictionsOf, trainingRows } from '../package/index.ts';
import type { DriftColumn } from '../statistics/drift.ts';
import { driftColumn, selectDriftRows, thinned, thinnedPositions } from '../statistics/drift-columns.ts';
import type { TrainPhase } from '../train/index.ts';
import { comparedRows } from './drift.ts';
import { KeptAnswers } from './kept-answers.ts';

/** What is known of a version without reading a row. */
export interface VersionFacts {
  version: ModelVersion;
  signature: Signature;
  /** How much the main metric worsens without a column, by name; empty where that was not measured. */
  importance: ReadonlyMap<string, number>;
}

/** What a version's predictions and inputs are compared with. */
export interface VersionReference extends VersionFacts {
  /** In words. */
  description: string;
  /** The inputs, over rows of the training part. */
  inputs: DriftColumn[];
  /** The predictions for the holdout: a model's answers on its own training rows would be no fair reference. */
  prediction: DriftColumn;
  /** What came true of rows of the training part. */
  label: DriftColumn;
}

/** What the references are read from. */
export interface ReferenceSources {
  data: Pick<DataPhase, 'open' | 'openVersion' | 'frame'>;
  train: Pick<TrainPhase, 'stored' | 'holdout'>;
  packages: Pick<Handlers<typeof packageCalls>, 'show'>;
}

/** References of model versions; a version never changes, so the latest few are kept in memory. */
export class References {
  readonly #sources: ReferenceSources;
  readonly #kept = new KeptAnswers<VersionReference>(4);
  readonly #keptFacts = new KeptAnswers<VersionFacts>(32);

  constructor(sources: ReferenceSources) {
    this.#sources = sources;
  }

  /** @throws GalleyError of the package, train and data phases where something of it is gone */
  of(model: string, version: number): Promise<VersionReference> {
    const reference = `${model}@${version}`;
    return this.#kept.get(reference, () => this.#read(reference));
  }

  /** @throws GalleyError of the package and train phases where something of it is gone */
  facts(model: string, version: number): Promise<VersionFacts> {
    const reference = `${model}@${version}`;
    return this.#keptFacts.get(reference, async () => {
      const { version, signature } = await this.#sources.packages.show({ reference });
      const { detail } = this.#sources.train.stored(version.runId);
      return { version, signature, importance: new Map(detail.importance.map(({ name, value }) => [name, value])) };
    });
  }

  async #read(reference: string): Promise<VersionReference> {
    const { data, train, packages } = this.#sources;
    const { version, signature } = await packages.show({ reference });
    const run = train.stored(version.runId);
    const dataset = await data.openVersion(run.datasetVersionId, run.recipe.dataset);
    const holdout = train.holdout(version.runId);
    const { positions, target, classes } = await trainingRows(data, dataset, run, holdout);
    const kept = Int32Array.from(
      thinnedPositions(positions.length, comparedRows),
      (index) => positions[index] as number,
    );
    const inputs: DriftColumn[] = [];
    for (const { name } of signature.inputs) {
      const frame = await data.frame(dataset, [name]);
      inputs.push(selectDriftRows(driftColumn(name, frame.columns[0] as FrameColumn), kept));
    }
    return {
      version,
      signature,
      description: `training part of run ${run.number} (${run.datasetName}@${run.datasetVersion}, ${positions.length} rows)`,
      inputs,
      label: labelColumn(signature.target, classes, target, kept),
      prediction: thinned(predictionsOf(signature, holdout), comparedRows),
      importance: new Map(run.detail.importance.map(({ name, value }) => [name, value])),
    };
  }
}

function labelColumn(name: string, classes: readonly string[], target: Float64Array, rows: Int32Array): DriftColumn {
  const values = Float64Array.from(rows, (row) => target[row] as number);
  if (classes.length === 0) return { name, kind: 'number', values };
  return { name, kind: 'text', values: Array.from(values, (index) => classes[index] ?? null) };
}
