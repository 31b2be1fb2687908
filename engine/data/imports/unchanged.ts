import type { AddResult } from '../../contract/data-results.ts';
import type { Job } from '../../contract/jobs.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { DataStore, StoredVersion } from '../store.ts';
import type { AddOrder } from '../versions/add.ts';
import type { ImportOutput } from '../versions/import-job.ts';
import { addResult, checkSettings, settingsOf } from '../versions/record.ts';
import type { NextReading } from './add-options.ts';
import type { SeenFile } from './file-state.ts';

/**
 * The latest version where its files are still those that it was read from, told without reading them: same paths, sizes,
 * times and inodes, and the same options.
 */
export function unchangedVersion(
  store: DataStore,
  order: AddOrder,
  latest: StoredVersion | undefined,
  { isRemembered }: NextReading,
  states: readonly (SeenFile | undefined)[],
): StoredVersion | undefined {
  if (!latest || order.append || order.upsert || !isRemembered) return undefined;
  const { sources } = latest.manifest;
  const isSame =
    sources.length === states.length &&
    sources.every((source, index) => {
      const seen = states[index];
      return source.change === undefined && seen !== undefined && store.imports.knownMd5(seen.state) === source.md5;
    });
  return isSame ? latest : undefined;
}

/** The job that says that nothing changed. @throws GalleyError `data.unknown_column`, `data.not_a_time` */
export function answerUnchanged(
  context: EngineContext,
  store: DataStore,
  order: AddOrder,
  version: StoredVersion,
): Job {
  checkSettings(order, version.manifest.schema);
  return context.jobs.direct<AddResult>({
    kind: 'data.import',
    title: `Add ${version.manifest.sources[0]?.name} to ${order.name}`,
    input: { files: order.files },
    run: async () => {
      store.transaction(() => {
        store.updateDataset(settingsOf(version.dataset, order));
        order.recorded?.(version, null);
      });
      order.cleanUp?.();
      return addResult(version, true, []);
    },
  });
}

/** Notes the md5 of files that were read, where a later change of them would show. */
export function rememberFiles(
  context: EngineContext,
  store: DataStore,
  states: readonly (SeenFile | undefined)[],
  { md5s }: ImportOutput,
): void {
  for (const [index, seen] of states.entries()) {
    const md5 = md5s[index];
    if (seen?.isSettled && md5) store.imports.recordRead(seen.state, md5, context.clock.now());
  }
}
