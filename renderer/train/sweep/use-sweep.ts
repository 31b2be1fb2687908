import type { CallResult } from '../../client/client.ts';
import { type Resource, useInterval, useResource } from '../../client/resource.svelte.ts';
import { useWorkspace } from '../../client/workspace.svelte.ts';
import { isSearching } from './sweep-words.ts';

export type SweepReading = Resource<CallResult<'train.showSweep'>>;

/** Reads a search by its id or number for a component, and again every second while it goes on. */
export function useSweep(reference: () => string): SweepReading {
  const workspace = useWorkspace();
  const read = useResource(['train'], (signal) =>
    workspace.client.call('train.showSweep', { sweep: reference() }, signal),
  );
  useInterval(() => {
    if (read.value && isSearching(read.value.sweep) && !read.loading) void read.reload();
  }, 1000);
  return read;
}
