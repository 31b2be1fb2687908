import { isoTime } from '../base/clock.ts';
import type { AliasMove, ModelSummary, ModelVersion } from '../contract/package.ts';
import type { EngineContext } from '../jobs/context.ts';
import { type TrainPhase, toRun } from '../train/index.ts';
import { onnxOf } from './add-version.ts';
import type { ModelStore, StoredModel, StoredVersion } from './store.ts';

/** What the views are made from. */
export interface Sources {
  context: EngineContext;
  store: ModelStore;
  train: TrainPhase;
}

/** A version with what is known of its run. */
export function versionView(
  { context, train }: Sources,
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
    createdAt: isoTime(version.createdAt),
  };
}

export function modelView(sources: Sources, model: StoredModel): ModelSummary {
  const { store } = sources;
  const aliases = store.aliases(model.id);
  return {
    id: model.id,
    name: model.name,
    target: model.target,
    versions: store.versions(model.id).map((version) => versionView(sources, model, version, aliases)),
    aliases,
    history: historyOf(store, model),
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
