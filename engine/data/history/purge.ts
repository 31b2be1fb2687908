import type { EngineContext } from '../../jobs/context.ts';
import { KeptDiffs } from '../versions/kept-diffs.ts';
import type { Bin } from './bin.ts';
import type { HistoryStore } from './history-store.ts';
import { BlobUses } from './usage.ts';

export interface PurgeOrder {
  /** Only what was deleted before this moment. */
  before?: number;
  /** Says what would be freed and frees nothing. */
  dryRun: boolean;
}

/** What emptying the bin freed, or would free. */
export interface Purged {
  datasets: number;
  versions: number;
  /** Bytes of files that no version needs any more. */
  bytes: number;
  /** Versions that stay because a job that runs reads them. */
  busy: number;
  /** Bytes of comparisons that were kept and can be made again. */
  comparisons: number;
}

/**
 * Empties the bin and drops kept comparisons. The database says first, in one transaction, that the files are no longer
 * in use; then they go (`BlobStore.sweep`). Killed in between, the next opening removes them.
 */
export function purge(context: EngineContext, bin: Bin, history: HistoryStore, order: PurgeOrder): Purged {
  const { versionIds, datasetIds } = bin.contents(order.before);
  const uses = new BlobUses(context.database);
  const free = versionIds.filter((id) => !uses.blobsOf(id).some((hash) => isRead(context, hash)));
  const blobs = uses.ownBlobs(free);
  const isFree = new Set(free);
  const datasets = datasetIds.filter((id) => history.allVersions(id).every((version) => isFree.has(version.id)));
  const comparisons = context.database.all<{ hash: string; bytes: number }>(
    'SELECT hash, bytes FROM blobs WHERE hash IN (SELECT rows_blob FROM kept_diffs)',
  );
  const purged: Purged = {
    datasets: datasets.length,
    versions: free.length,
    bytes: bytesOf(context, blobs),
    busy: versionIds.length - free.length,
    comparisons: comparisons.reduce((sum, { bytes }) => sum + bytes, 0),
  };
  if (order.dryRun) return purged;
  context.database.transaction(() => {
    const dropped = new KeptDiffs(context.database).dropAll();
    for (const id of free) {
      history.purgeVersion(id, context.clock.now());
      context.uses.removeAllOf({ kind: 'dataset_version', id });
    }
    for (const id of datasets) history.purgeDataset(id);
    context.blobs.release(...blobs, ...dropped);
  });
  context.blobs.sweep((hash) => isRead(context, hash));
  context.events.publish({ type: 'phase.changed', phase: 'data' });
  return purged;
}

/** True while a job that has not ended was given the path of a blob. */
function isRead(context: EngineContext, hash: string): boolean {
  return context.jobs.mentions(hash.slice('sha256:'.length + 2));
}

function bytesOf(context: EngineContext, hashes: readonly string[]): number {
  return hashes.reduce((sum, hash) => {
    const row = context.database.get<{ bytes: number }>('SELECT bytes FROM blobs WHERE hash = ?', hash);
    return sum + (row?.bytes ?? 0);
  }, 0);
}
