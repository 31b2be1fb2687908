import type { packageRegistryCalls } from '../../contract/package-registry.ts';
import type { Handlers } from '../../jobs/context.ts';
import { currentUser } from '../../store/user-name.ts';
import { labelsView, type Sources } from '../views.ts';

/** The calls about what is said of models and versions, the archive, the bin and the end of aliases. */
export function registryHandlers({ registry, bin, aliases }: Sources): Handlers<typeof packageRegistryCalls> {
  return {
    tag: async ({ reference, tags }) => labelsView(registry.tag(reference, tags)),
    untag: async ({ reference, keys }) => labelsView(registry.untag(reference, keys)),
    describe: async ({ reference, description }) => labelsView(registry.describe(reference, description)),
    archive: async ({ reference }) => labelsView(registry.archive(reference)),
    unarchive: async ({ reference }) => labelsView(registry.unarchive(reference)),
    delete: async ({ reference }) => bin.delete(reference),
    restore: async ({ reference }) => bin.restore(reference),
    bin: async () => ({ items: bin.list() }),
    removeAlias: async ({ model, alias, reason }) => {
      const previous = aliases.remove({ model, alias, by: currentUser(), reason: reason ?? 'removed' });
      return { model, alias, previous };
    },
    previewAlias: async ({ model, alias, version }) => aliases.preview(model, alias, version),
  };
}
