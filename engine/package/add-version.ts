import { join } from 'node:path';
import { GalleyError } from '../base/errors.ts';
import { runtimeVersion } from '../base/galley-version.ts';
import type { InputOf, OutputOf } from '../contract/call.ts';
import type { packageCalls } from '../contract/package.ts';
import type { EngineContext } from '../jobs/context.ts';
import type { ProcessWork } from '../jobs/job-queue.ts';
import { currentUser } from '../store/user-name.ts';
import { defaultThreshold, type StoredRun } from '../train/index.ts';
import { requireFreeAlias } from './aliases.ts';
import type { PackageJobInput, PackageJobOutput } from './package-job.ts';
import { referenceColumns } from './reference/reference-columns.ts';
import { requireBinary } from './require-binary.ts';
import { keepingNullable } from './signature.ts';
import type { ModelStore, StoredModel, StoredVersion } from './store.ts';
import { tellingRows } from './telling-rows.ts';
import { folderFacts } from './version-folder/folder-facts.ts';
import { makeVersionFolder } from './version-folder/version-folder.ts';
import type { Sources } from './views.ts';

type AddInput = InputOf<typeof packageCalls.add>;
type AddOutput = OutputOf<typeof packageCalls.add>;

/**
 * The work of `package.add`: its commit makes the model where it is new, the version, and the alias that was asked for.
 * @throws GalleyError `package.target_differs`, `package.reserved_alias`, `package.no_threshold`
 */
export async function addVersionWork(
  sources: VersionTools,
  input: AddInput,
): Promise<ProcessWork<PackageJobOutput, AddOutput>> {
  const { context, store, train } = sources;
  const run = train.stored(input.run);
  requireSameTarget(store.model(input.model), run);
  if (input.alias !== undefined) requireFreeAlias(input.alias);
  if (input.threshold !== undefined) requireBinary(run.recipe);
  const jobInput: PackageJobInput = {
    modelPath: context.blobs.path(run.modelHash),
    threshold: input.threshold,
    origin: {
      galleyVersion: run.recipe.engine,
      recipeHash: run.recipeHash,
      datasetIdentity: run.recipe.dataset,
    },
    rows: await tellingRows(sources, run, input.threshold ?? defaultThreshold),
  };
  return {
    kind: 'package.build',
    title: `Package run ${run.number} as ${input.model}`,
    input: jobInput,
    commit: (built, stagingFolder) => commitVersion(sources, run, input, built, stagingFolder),
  };
}

/** What versions are made with. */
type VersionTools = Pick<Sources, 'context' | 'store' | 'aliases' | 'data' | 'train'>;

/** Makes a version of what a job built of a run: the model where it is new, and the alias that was asked for. */
export async function commitVersion(
  { context, store, aliases, data, train }: VersionTools,
  run: StoredRun,
  input: Pick<AddInput, 'model' | 'alias' | 'acceptBreaking'>,
  built: PackageJobOutput,
  stagingFolder: string,
): Promise<AddOutput> {
  const intervals = train.intervals(run.id);
  const before = versionBefore(store, input.model);
  const signature = before ? keepingNullable(built.signature, before.signature) : built.signature;
  const output = { ...built, signature: { ...signature, ...(intervals && { intervals }) } };
  const onnx = await context.blobs.adopt(join(stagingFolder, output.onnxFile));
  const golden = await context.blobs.adopt(join(stagingFolder, output.goldenFile));
  const facts = await folderFacts(
    { data },
    run,
    { path: context.blobs.path(onnx.hash), hash: onnx.hash },
    {
      galleyVersion: context.version,
      runtimeVersion,
    },
  );
  const columns = await referenceColumns({ data, train }, run, output.signature);
  const version = context.database.transaction(() => {
    context.blobs.record(onnx, golden);
    const model = takeModel(context, store, run, input.model);
    const added = storedVersion(context, store, model, run, output, onnx, golden.hash);
    store.insertVersion(added);
    makeVersionFolder(context, run, { model, version: added }, facts, columns);
    context.uses.add(
      { kind: 'model_version', id: added.id, label: `${model.name}@${added.version}` },
      { kind: 'run', id: run.id },
    );
    if (input.alias !== undefined) {
      const reason = `version ${added.version} was packaged`;
      const { alias, acceptBreaking } = input;
      aliases.move({
        model: model.name,
        alias,
        version: added.version,
        by: currentUser(),
        reason,
        acceptBreaking,
      });
    }
    return added;
  });
  context.events.publish({ type: 'phase.changed', phase: 'package', subject: input.model });
  return {
    model: input.model,
    version: version.version,
    onnx: onnxOf(context, version),
    signature: output.signature,
    parity: output.parity,
    aliases: input.alias === undefined ? [] : [input.alias],
  };
}

/** The file of a version, whether it is still there or not: a list shows also what is to be verified. */
export function onnxOf({ blobs }: EngineContext, version: StoredVersion): AddOutput['onnx'] {
  const sha256 = version.onnxHash.replace(/^sha256:/, '');
  return { path: blobs.place(version.onnxHash), sha256, bytes: version.onnxBytes };
}

/**
 * What can be said before there is a run.
 * @throws GalleyError `package.target_differs`
 */
export function requirePackageable(model: StoredModel | undefined, { target }: { target: string }): void {
  if (model === undefined || model.target === target) return;
  const message = `The model "${model.name}" predicts ${model.target}, the file ${target}.`;
  throw new GalleyError('package.target_differs', message, {
    details: { model: model.name, modelTarget: model.target, runTarget: target },
  });
}

function requireSameTarget(model: StoredModel | undefined, { recipe: { target } }: StoredRun): void {
  if (model === undefined || model.target === target) return;
  const message = `The model "${model.name}" predicts ${model.target}, the run ${target}.`;
  throw new GalleyError('package.target_differs', message, {
    details: { model: model.name, modelTarget: model.target, runTarget: target },
  });
}

/** The version whose callers the next one gets: the champion, the newest where there is none. */
function versionBefore(store: ModelStore, name: string): StoredVersion | undefined {
  const model = store.model(name);
  if (!model) return undefined;
  const { champion } = store.aliases(model.id);
  return (champion === undefined ? undefined : store.version(model.id, champion)) ?? store.versions(model.id).at(-1);
}

function takeModel(context: EngineContext, store: ModelStore, run: StoredRun, name: string): StoredModel {
  const known = store.model(name);
  requireSameTarget(known, run);
  if (known) {
    store.labels.archiveModel(known.id, null);
    return known;
  }
  const model = { id: context.newId('mdl'), name, target: run.recipe.target, createdAt: context.clock.now() };
  store.insertModel(model);
  return model;
}

function storedVersion(
  context: EngineContext,
  store: ModelStore,
  model: StoredModel,
  run: StoredRun,
  { signature, parity }: PackageJobOutput,
  onnx: { hash: string; bytes: number },
  goldenHash: string,
): StoredVersion {
  return {
    id: context.newId('mv'),
    modelId: model.id,
    version: store.lastNumber(model.id) + 1,
    runId: run.id,
    signature,
    onnxHash: onnx.hash,
    onnxBytes: onnx.bytes,
    goldenHash,
    parityRows: parity.rows,
    parityDifference: parity.max_abs_diff,
    createdAt: context.clock.now(),
  };
}
