import { existsSync, realpathSync } from 'node:fs';
import { basename } from 'node:path';
import { isoTime } from '../../base/clock.ts';
import { GalleyError } from '../../base/errors.ts';
import type { WatchedFolder, watchCalls } from '../../contract/deploy-watches.ts';
import type { EngineContext, Handlers } from '../../jobs/context.ts';
import type { ModelVersions } from '../versions.ts';
import { folderFiles } from './folder-files.ts';
import type { FolderScorer } from './folder-scorer.ts';
import type { FolderWatch, WatchStore } from './watch-store.ts';

export interface WatchParts {
  context: EngineContext;
  versions: ModelVersions;
  watches: WatchStore;
  scorer: FolderScorer;
}

/** One handler per call about watched folders. */
export function watchHandlers(parts: WatchParts): Handlers<typeof watchCalls> {
  const { context, versions, watches, scorer } = parts;
  const changed = (subject: string) => {
    scorer.lookSoon();
    context.events.publish({ type: 'phase.changed', phase: 'deploy', subject });
  };
  const list = () => ({ watches: watches.list().map((watch) => view(parts, watch)) });
  return {
    watch: async ({ reference, folder }) => {
      await versions.resolve(reference);
      await folderFiles(folder);
      const watch = want(parts, reference, realpathSync(folder));
      changed(watch.name);
      return { watch: view(parts, watch) };
    },
    watches: async () => list(),
    unwatch: async ({ name, folder = name }) => {
      const all = watches.list();
      const path = existsSync(folder) ? realpathSync(folder) : folder;
      const watch = all.find((one) => one.name === name) ?? all.find((one) => one.folder === path);
      if (!watch) throw new GalleyError('deploy.no_watch', `No watch is called ${name}, nor is ${folder} watched.`);
      watches.remove(watch.id);
      changed(watch.name);
      return list();
    },
  };
}

/** Adds a watch, or gives the one of the folder another model. */
function want({ context, watches }: WatchParts, reference: string, folder: string): FolderWatch {
  const all = watches.list();
  const known = all.find((watch) => watch.folder === folder);
  if (known) {
    watches.change(known.id, reference);
    return { ...known, reference };
  }
  const name = freeName(basename(folder), new Set(all.map((watch) => watch.name)));
  const watch = { id: context.newId('wat'), name, folder, reference, createdAt: context.clock.now() };
  watches.add(watch);
  return watch;
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted}-${number}`;
  return name;
}

function view({ watches, scorer }: WatchParts, { id, createdAt, ...watch }: FolderWatch): WatchedFolder {
  const last = watches.lastScored(id);
  const failures = watches.failures(id);
  const failure = failures[0];
  return {
    ...watch,
    ...scorer.live(id),
    scored: watches.scored(id),
    failed: failures.length,
    lastFile: last ? { file: last.file, version: last.version, rows: last.rows ?? 0, at: isoTime(last.at) } : null,
    lastError: failure?.error
      ? {
          file: failure.file,
          code: failure.error.code,
          message: failure.error.message,
          hint: failure.error.hint,
          at: isoTime(failure.at),
        }
      : null,
    createdAt: isoTime(createdAt),
  };
}
