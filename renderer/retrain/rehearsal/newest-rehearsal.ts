import type { Rehearsal } from '../../../engine/contract/retrain-rehearsal.ts';
import { type Resource, useResource } from '../../client/resource.svelte.ts';
import { useWorkspace } from '../../client/workspace.svelte.ts';

/** The newest rehearsal of a model, whole; null where there is none. */
export function useNewestRehearsal(model: () => string): Resource<Rehearsal | null> {
  const { client } = useWorkspace();
  return useResource(['retrain'], async (signal) => {
    const { rehearsals } = await client.call('retrain.rehearsals', { model: model() }, signal);
    const [first] = rehearsals;
    if (!first) return null;
    return (await client.call('retrain.rehearsal', { rehearsal: first.id }, signal)).rehearsal;
  });
}
