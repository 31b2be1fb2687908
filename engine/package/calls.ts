import type { packageCalls } from '../contract/package.ts';
import type { DataPhase } from '../data/index.ts';
import type { Handlers } from '../jobs/context.ts';
import { addVersionWork, currentUser } from './add-version.ts';
import type { Aliases } from './aliases.ts';
import { cardHandlers } from './card/card-calls.ts';
import { exportOnnx } from './export.ts';
import { lineageOf } from './lineage.ts';
import { resolveModel } from './references.ts';
import { historyOf, modelView, type Sources, versionView } from './views.ts';

export function packageHandlers(sources: Sources, data: DataPhase, aliases: Aliases): Handlers<typeof packageCalls> {
  const { context, store, train } = sources;
  return {
    async add(input) {
      return context.jobs.submit(addVersionWork(context, store, aliases, train, input));
    },

    async list() {
      return { models: store.models().map((model) => modelView(sources, model)) };
    },

    async show({ reference }) {
      const { model, version } = resolveModel(store, reference);
      return {
        version: versionView(sources, model, version, store.aliases(model.id)),
        signature: version.signature,
        lineage: await lineageOf(sources, data, model, version),
        history: historyOf(store, model),
      };
    },

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

    async export({ reference, to }) {
      const { version } = resolveModel(store, reference);
      return { files: await exportOnnx(context, version, to) };
    },

    ...cardHandlers(sources, data),
  };
}
