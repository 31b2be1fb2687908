import { isoTime } from '../base/clock.ts';
import type { AliasMove, ModelSummary, ModelVersion } from '../contract/package.ts';
import type { RegistryChange } from '../contract/package-registry.ts';
import type { DataPhase } from '../data/index.ts';
import type { EngineContext } from '../jobs/context.ts';
import { type TrainPhase, toRun } from '../train/index.ts';
import { onnxOf } from './add-version.ts';
import type { Aliases } from './aliases.ts';
import type { DescendantSource } from './lineage/lineage-graph.ts';
import type { ModelBin } from './registry/bin.ts';
import type { Labels } from './registry/label-store.ts';
import type { Registry } from './registry/registry.ts';
import type { ModelStore, StoredModel, StoredVersion } from './store.ts';

/** What the views are made from. */
export interface Sources {
  context: EngineContext;
  store: ModelStore;
  data: DataPhase;
  train: TrainPhase;
  aliases: Aliases;
  registry: Registry;
  bin: ModelBin;
  /** Of later phases. */
  descendants: readonly DescendantSource[];
}

/** A version with what is known of its run. */
export function versionView(
  { context, store, train }: Sources,
  model: StoredModel,
  version: StoredVersion,
  aliases: Record<string, number>,
): ModelVersion {
  const run = toRun(train.stored(version.runId));
  return {
    id: version.id,
    model: model.name,
    version: version.version,
    aliases: Object.keys(aliases).filter((alias) => aliases[alias] === version.version),
    runId: version.runId,
    learner: run.learner,
    dataset: run.dataset,
    target: run.target,
    task: run.task,
    metrics: run.metrics,
    metric: run.metric,
    onnx: onnxOf(context, version),
    parity: { rows: version.parityRows, max_abs_diff: version.parityDifference },
    ...labelsView(store.labels.ofVersion(version.id)),
    createdAt: isoTime(version.createdAt),
  };
}

export function modelView(sources: Sources, model: StoredModel): ModelSummary {
  const { store } = sources;
  const aliases = store.aliases(model.id);
  const history = historyOf(store, model);
  return {
    id: model.id,
    name: model.name,
    target: model.target,
    versions: store.versions(model.id).map((version) => versionView(sources, model, version, aliases)),
    ...labelsView(store.labels.ofModel(model.id)),
    aliases,
    rollbacks: rollbacksOf(sources, model, history),
    history,
    changes: changesOf(store, model),
    createdAt: isoTime(model.createdAt),
  };
}

/** Moves of all aliases, newest first. */
export function historyOf(store: ModelStore, model: StoredModel): AliasMove[] {
  return store
    .moves(model.id)
    .map(({ alias, from, to, by, reason, at }) => ({ alias, from, to, by, reason, at: isoTime(at) }))
    .reverse();
}

/** Of the model and its versions, newest first. */
export function changesOf(store: ModelStore, model: StoredModel): RegistryChange[] {
  return store.labels.changes(model.id).map((change) => ({ ...change, at: isoTime(change.at) }));
}

export function labelsView({ tags, description, archivedAt }: Labels) {
  return { tags, description, archivedAt: archivedAt === null ? null : isoTime(archivedAt) };
}

function rollbacksOf({ aliases }: Sources, model: StoredModel, history: readonly AliasMove[]): Record<string, number> {
  const names = [...new Set(history.map(({ alias }) => alias))].sort();
  return Object.fromEntries(
    names.flatMap((alias) => {
      const version = aliases.rollbackOf(model, alias);
      return version === undefined ? [] : [[alias, version]];
    }),
  );
}
