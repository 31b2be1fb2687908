import { GalleyError } from '../../base/errors.ts';
import { frameKind } from '../../base/frame.ts';
import { count, listed } from '../../base/words.ts';
import type { InputOf, OutputOf } from '../../contract/call.ts';
import type { Job } from '../../contract/jobs.ts';
import type { ModelVersion } from '../../contract/package.ts';
import type { packageComparisonCalls, VersionComparison } from '../../contract/package-comparison.ts';
import type { Signature } from '../../contract/values.ts';
import type { DataPhase, ReadableVersion } from '../../data/index.ts';
import { differencesOf, lowerIsBetter, type StoredRun } from '../../train/index.ts';
import { type ResolvedModel, resolveModel } from '../references.ts';
import { type Sources, versionView } from '../views.ts';
import {
  type ComparisonInput,
  type ComparisonOutput,
  inputNames,
  type RowFiles,
  type TrainedOn,
} from './compare-job.ts';

type Compared = OutputOf<typeof packageComparisonCalls.compare>;

/** A version with what it comes from. */
interface Side extends ResolvedModel {
  view: ModelVersion;
  run: StoredRun;
  /** Null where its dataset is gone. */
  data: ReadableVersion | null;
}

/**
 * A job that compares two versions.
 * @throws GalleyError those of `resolveModel`, `package.same_version`, `package.not_comparable`, `package.columns_missing`,
 * `package.no_common_rows`, and those of the data phase for the dataset that was named
 */
export async function compareVersions(
  sources: Sources,
  data: DataPhase,
  { a: first, b: second, on }: InputOf<typeof packageComparisonCalls.compare>,
): Promise<Job> {
  const [a, b] = [await side(sources, first), await side(sources, second)];
  requireComparable(a, b);
  const [older, newer] = a.version.createdAt <= b.version.createdAt ? [a, b] : [b, a];
  const rows = on === undefined ? null : await data.open(on);
  const input = comparisonInput(sources, data, { a, b, older, newer, on: rows });
  return sources.context.jobs.submit<ComparisonOutput, Compared>({
    kind: 'package.compare',
    title: `Compare ${a.view.model} ${a.version.version} with ${referenceOf(b)}`,
    input,
    commit: (output) => composed({ a, b, older, newer }, output),
  });
}

async function side(sources: Sources, reference: string): Promise<Side> {
  const { store, train } = sources;
  const found = resolveModel(store, reference);
  const { model, version } = found;
  return {
    ...found,
    view: versionView(sources, model, version, store.aliases(model.id)),
    run: train.stored(version.runId),
    data: await train.rows(version.runId).catch(whereItIsGone),
  };
}

function whereItIsGone(error: unknown): null {
  if (error instanceof GalleyError && error.kind === 'not_found') return null;
  throw error;
}

function referenceOf({ model, version }: ResolvedModel): string {
  return `${model.name}@${version.version}`;
}

function requireComparable(a: Side, b: Side): void {
  if (a.version.id === b.version.id) {
    const reference = referenceOf(a);
    throw new GalleyError('package.same_version', `Both are ${reference}.`, { details: { reference } });
  }
  const kind = ({ version }: Side) => (version.signature.task === 'regression' ? 'a number' : 'a class');
  if (kind(a) === kind(b)) return;
  const message = `${referenceOf(a)} answers with ${kind(a)}, ${referenceOf(b)} with ${kind(b)}.`;
  throw new GalleyError('package.not_comparable', message, { details: { a: referenceOf(a), b: referenceOf(b) } });
}

function comparisonInput(
  { context }: Sources,
  data: DataPhase,
  sides: { a: Side; b: Side; older: Side; newer: Side; on: ReadableVersion | null },
): ComparisonInput {
  const { a, b, older, newer, on } = sides;
  const rows = on ?? newer.data;
  if (rows === null) {
    const message = `The rows that ${referenceOf(newer)} was trained on are gone.`;
    throw new GalleyError('package.no_common_rows', message, { details: { version: referenceOf(newer) } });
  }
  for (const one of [a, b]) requireColumns(rows, one);
  const marks = data.marks.of(rows.dataset.name) ?? {};
  const file = ({ version: { onnxHash, signature } }: Side) => ({ onnx: context.blobs.path(onnxHash), signature });
  return {
    task: a.version.signature.task,
    target: a.version.signature.target,
    a: file(a),
    b: file(b),
    older: trainedOn(older),
    newer: trainedOn(newer),
    on: on && rowFiles(on),
    hidden: inputNames(a.version.signature, b.version.signature).filter((name) => marks[name] !== undefined),
  };
}

/** @throws GalleyError `package.columns_missing` where a version takes what the rows have not, or have as another kind */
function requireColumns(rows: ReadableVersion, one: Side): void {
  const kinds = new Map(rows.schema.map(({ name, type }) => [name, frameKind(type)]));
  const missing = one.version.signature.inputs
    .filter(({ name, type }) => kinds.get(name) !== frameKind(type))
    .map(({ name }) => name);
  if (missing.length === 0) return;
  const reference = `${rows.dataset.name}@${rows.number}`;
  const message = `${reference} has not what ${referenceOf(one)} takes: ${count(missing.length, 'column')} missing or of another type (${listed(missing)}).`;
  throw new GalleyError('package.columns_missing', message, {
    details: { dataset: reference, version: referenceOf(one), columns: missing },
  });
}

function rowFiles(version: ReadableVersion): RowFiles {
  return {
    reference: `${version.dataset.name}@${version.number}`,
    paths: version.paths,
    columns: version.schema.map(({ name, type }) => ({ name, type })),
  };
}

function trainedOn({ run, data }: Side): TrainedOn | null {
  if (data === null) return null;
  const { recipe, detail } = run;
  return {
    dataset: rowFiles(data),
    keyColumns: detail.keyColumns,
    rowIdentity: recipe.rowIdentity,
    window: recipe.window,
    split: recipe.split,
  };
}

function composed(
  { a, b, older, newer }: { a: Side; b: Side; older: Side; newer: Side },
  { speed, predictions, sharedRows }: ComparisonOutput,
): VersionComparison {
  const ofA = namesOf(a.version.signature);
  const ofB = namesOf(b.version.signature);
  return {
    a: described(a),
    b: described(b),
    data: { ...schemaChanges(older, newer), same: a.run.recipe.dataset === b.run.recipe.dataset, sharedRows },
    recipe: differencesOf([a.run.recipe, b.run.recipe]).map(({ path, values }) => ({
      path,
      a: values[0],
      b: values[1],
    })),
    metrics: metricsOf(a.view, b.view),
    sameHoldout: ['dataset', 'window', 'split', 'target'].every(
      (part) => JSON.stringify(partOf(a, part)) === JSON.stringify(partOf(b, part)),
    ),
    inputs: {
      onlyA: ofA.filter((name) => !ofB.includes(name)),
      onlyB: ofB.filter((name) => !ofA.includes(name)),
    },
    speed,
    predictions,
  };
}

const namesOf = ({ inputs }: Signature) => inputs.map(({ name }) => name);
const partOf = ({ run }: Side, part: string) => (run.recipe as unknown as Record<string, unknown>)[part];

function described(one: Side): VersionComparison['a'] {
  const { view, run, data } = one;
  return {
    reference: referenceOf(one),
    learner: view.learner,
    bytes: view.onnx.bytes,
    run: { id: run.id, number: run.number },
    dataset: { name: run.datasetName, version: run.datasetVersion, rows: data?.rows ?? null },
  };
}

/** From the older dataset to the newer; empty where one is gone. */
function schemaChanges({ data: before }: Side, { data: after }: Side) {
  if (!before || !after) return { added: [], removed: [], retyped: [] };
  const types = (version: ReadableVersion) => new Map(version.schema.map(({ name, type }) => [name, type]));
  const [old, now] = [types(before), types(after)];
  return {
    added: [...now.keys()].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !now.has(name)),
    retyped: [...now].filter(([name, type]) => old.has(name) && old.get(name) !== type).map(([name]) => name),
  };
}

function metricsOf(a: ModelVersion, b: ModelVersion): VersionComparison['metrics'] {
  const names = [...new Set([a.metric.name, ...Object.keys(a.metrics), ...Object.keys(b.metrics)])];
  return names.map((name) => {
    const [ofA, ofB] = [a.metrics[name] ?? null, b.metrics[name] ?? null];
    return { name, a: ofA, b: ofB, better: betterOf(name, ofA, ofB) };
  });
}

function betterOf(name: string, a: number | null, b: number | null): 'a' | 'b' | null {
  if (a === null || b === null || a === b) return null;
  return a < b === lowerIsBetter(name) ? 'a' : 'b';
}
