import { isoTime } from '../../base/clock.ts';
import type { dataHistoryCalls } from '../../contract/data-history.ts';
import type { EngineContext, Handlers } from '../../jobs/context.ts';
import type { DataStore } from '../store.ts';
import { KeptDiffs } from '../versions/kept-diffs.ts';
import { requireDataset } from '../versions/resolve.ts';
import { Bin } from './bin.ts';
import { versionGraph } from './graph.ts';
import { HistoryStore } from './history-store.ts';
import { Labels } from './labels.ts';
import { BlobUses, diskUsage } from './usage.ts';

/** Tags, notes, names, the bin: what is done to versions without changing one. */
export interface HistoryParts {
  history: HistoryStore;
  labels: Labels;
  bin: Bin;
}

export function createHistory(context: EngineContext, store: DataStore): HistoryParts {
  const history = new HistoryStore(context.database);
  const labels = new Labels(context, store, history);
  return { history, labels, bin: new Bin(context, store, history, labels) };
}

/** Handlers of what keeps order among versions. */
export function historyHandlers(
  context: EngineContext,
  store: DataStore,
  { history, labels, bin }: HistoryParts,
): Handlers<typeof dataHistoryCalls> {
  return {
    history: async ({ name }) => {
      const dataset = requireDataset(store, name);
      const at = <Change extends { at: number }>(change: Change) => ({ ...change, at: isoTime(change.at) });
      return {
        dataset: { id: dataset.id, name, note: history.noteOfDataset(dataset.id) },
        versions: versionGraph(
          { store, history, bin, uses: new BlobUses(context.database), diffs: new KeptDiffs(context.database) },
          dataset,
        ),
        tagMoves: history.tagMoves(dataset.id).map(at),
        renames: history.renames(dataset.id).map(at),
      };
    },
    tag: async ({ reference, tag }) => labels.tag(reference, tag),
    untag: async ({ name, tag }) => labels.untag(name, tag),
    note: async ({ reference, note }) => labels.note(reference, note),
    rename: async ({ name, to }) => labels.rename(name, to),
    delete: async ({ reference, force }) => bin.delete(reference, force ?? false),
    restore: async ({ reference, name }) => bin.restore(reference, name),
    bin: async () => ({ items: bin.list() }),
    usage: async () => diskUsage(context, store, bin.contents().versionIds),
  };
}
