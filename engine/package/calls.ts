import { resolve } from 'node:path';
import type { packageCalls } from '../contract/package.ts';
import type { DataPhase } from '../data/index.ts';
import type { Handlers } from '../jobs/context.ts';
import { currentUser } from '../store/user-name.ts';
import { addVersionWork } from './add-version.ts';
import { adoptedHandlers } from './adopted/calls.ts';
import { cardFacts, cardHandlers } from './card/card-calls.ts';
import { compareVersions } from './comparison/compare.ts';
import { notebookCell } from './converted/notebook-cell.ts';
import { exportWork } from './exports/export-work.ts';
import type { ExportSource } from './exports/exporter.ts';
import { markedColumnWarnings } from './exports/marked-columns.ts';
import { lineageGraph } from './lineage/lineage-graph.ts';
import { lineageOf } from './lineage/lineage-steps.ts';
import { referenceFile } from './reference/reference-file.ts';
import { type ResolvedModel, resolveModel } from './references.ts';
import { registryHandlers } from './registry/calls.ts';
import { listModels } from './registry/list-models.ts';
import { packageRemoteHandlers } from './remote/calls.ts';
import { signVersion } from './version-folder/sign-version.ts';
import { verifyFolder, verifyVersion } from './version-folder/verify-version.ts';
import { versionFolder } from './version-folder/version-folder.ts';
import { changesOf, historyOf, type Sources, versionView } from './views.ts';

export function packageHandlers(sources: Sources, data: DataPhase): Handlers<typeof packageCalls> {
  const { context, store, aliases } = sources;
  const show = async ({ model, version }: ResolvedModel) => ({
    version: versionView(sources, model, version, store.aliases(model.id)),
    signature: version.signature,
    lineage: await lineageOf(sources, data, model, version),
    history: historyOf(store, model),
    changes: changesOf(store, model),
  });
  return {
    ...registryHandlers(sources),
    lineage: async (input) => lineageGraph(sources, data, sources.descendants, input),
    compare: async (input) => compareVersions(sources, data, input),
    ...adoptedHandlers(sources),

    async add(input) {
      return context.jobs.submit(await addVersionWork(sources, input));
    },

    async list(selection) {
      return { models: listModels(sources, selection) };
    },

    show: async ({ reference }) => show(resolveModel(store, reference)),

    async alias({ reference, alias, reason, acceptBreaking }) {
      const { model, version } = resolveModel(store, reference);
      const wish = {
        model: model.name,
        alias,
        version: version.version,
        by: currentUser(),
        reason: reason ?? 'by hand',
        acceptBreaking,
      };
      return { model: model.name, alias, version: version.version, previous: aliases.move(wish) };
    },

    async rollback({ model, alias }) {
      const moved = aliases.rollBack({ model, alias, by: currentUser(), reason: 'rolled back' });
      return { model, alias, ...moved };
    },

    async export({ reference, format, to, zip = false }) {
      const resolved = resolveModel(store, reference);
      const source = {
        ...(await show(resolved)),
        files: await versionFolder(sources, resolved),
        reference: await referenceBeside(sources, resolved),
        card: await cardFacts(sources, data, resolved.model, resolved.version),
        galleyVersion: context.version,
        at: context.clock.now(),
      };
      const warnings = markedColumnWarnings(data.marks.of(source.version.dataset.name), source.signature, format);
      return context.jobs.submit(exportWork({ source, format, to: resolve(to), zip }, warnings));
    },

    verify: ({ reference, key }) => verifyVersion(sources, resolveModel(store, reference), key),

    verifyFolder: ({ folder, key }) => verifyFolder(folder, key),

    sign: ({ reference, key }) => signVersion(sources, resolveModel(store, reference), currentUser(), key),

    ...cardHandlers(sources, data),

    ...packageRemoteHandlers(sources),

    notebookCell: async ({ model = 'my-model' }) => notebookCell(context.project.path, model),
  };
}

/** What rows are counted against, where that is no file of the version. */
async function referenceBeside(sources: Sources, resolved: ResolvedModel): Promise<ExportSource['reference']> {
  const file = await referenceFile(sources, resolved);
  return file && !file.isOwn ? { path: file.path, sha256: file.sha256 } : undefined;
}
