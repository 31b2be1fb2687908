import { isoTime } from '../base/clock.ts';
import type { dataCalls } from '../contract/data.ts';
import type { EngineContext, Handlers } from '../jobs/context.ts';
import type { Cleaning } from './cleaning/calls.ts';
import { connectionHandlers } from './connections/calls.ts';
import type { Sources } from './connections/sources.ts';
import { expectationHandlers } from './expectations/calls.ts';
import { Examinations, examinationHandlers } from './findings/calls.ts';
import { type HistoryParts, historyHandlers } from './history/calls.ts';
import { importHandlers, writeText } from './imports/calls.ts';
import { privacyHandlers } from './privacy/calls.ts';
import { maskedFindings, maskedProfile } from './privacy/masked-answers.ts';
import { maskedColumns } from './privacy/masked-columns.ts';
import { remoteHandlers } from './remotes/calls.ts';
import { rowHandlers } from './rows/calls.ts';
import { sampleFiles } from './sources/samples.ts';
import type { DataStore } from './store.ts';
import { submitAdd } from './versions/add.ts';
import { comparisonHandlers } from './versions/comparison-calls.ts';
import { editHandlers } from './versions/edit-calls.ts';
import { exportVersion } from './versions/export.ts';
import { resolveVersion } from './versions/resolve.ts';
import { versionView } from './versions/views.ts';

export function dataHandlers(
  context: EngineContext,
  store: DataStore,
  cleaning: Cleaning,
  parts: HistoryParts,
  sources: Sources,
): Handlers<typeof dataCalls> {
  const examinations = new Examinations(context, store);
  return {
    ...expectationHandlers(context, store),
    ...editHandlers(context, store),
    ...privacyHandlers(context, store),

    ...importHandlers(context, store),

    add: async ({ files: paths, ...options }) => sources.reader.files({ ...options, paths }),

    ...examinationHandlers(examinations, store),

    addText: async ({ text, fileName, ...options }) => {
      const file = writeText(context, text, fileName);
      try {
        const forgetting = options.append ? {} : sources.book.forget(options.name);
        const order = { ...options, ...forgetting, files: [{ path: file.path }], cleanUp: file.remove };
        return await submitAdd(context, store, order);
      } catch (error) {
        file.remove();
        throw error;
      }
    },

    addSample: async ({ sample, name, files }) => {
      const { paths, timeColumn } = sampleFiles(sample, files);
      return submitAdd(context, store, {
        ...sources.book.forget(name ?? sample),
        name: name ?? sample,
        files: paths.map((path) => ({ path })),
        time: timeColumn ?? undefined,
      });
    },

    list: async () => ({
      datasets: store.datasets().flatMap((dataset) => {
        const versions = store.versions(dataset);
        const latest = versions[0];
        if (!latest) return [];
        const { id, name, createdAt } = dataset;
        return [{ id, name, versions: versions.length, latest: versionView(latest), createdAt: isoTime(createdAt) }];
      }),
    }),

    show: async ({ reference, examine, masked }) => {
      const version = resolveVersion(store, reference);
      if (examine && examinations.findings(version) === null)
        await context.jobs.result((await examinations.examine(version)).id);
      const marks = masked ? store.marks.marks(version.dataset.id) : {};
      const findings = examinations.findings(version);
      return {
        version: versionView(version),
        profile: maskedProfile(store.profile(version), marks),
        findings: findings && maskedFindings(findings, marks),
        lineage: {
          sources: version.manifest.sources.map(({ name, md5, rows }) => ({ name, md5, rows })),
          usedBy: parts.bin.usersOfVersion(version),
          source: sources.view(version.dataset.name),
        },
        versions: store.versions(version.dataset).map(versionView),
        changes: store.imports.changes(version.id).flatMap(({ counts }) => counts),
      };
    },

    ...rowHandlers(context, store),
    ...connectionHandlers(sources),

    ...cleaning.handlers,

    ...comparisonHandlers(context, store),

    export: async ({ reference, mask, ...order }) => {
      const version = resolveVersion(store, reference);
      return exportVersion(context, version, order, mask && maskedColumns(store, version, mask));
    },

    ...remoteHandlers(context, store, sources.secrets),
    ...historyHandlers(context, store, parts),
  };
}
