import type { dataEditCalls } from '../../contract/data-edits.ts';
import type { EngineContext, Handlers } from '../../jobs/context.ts';
import type { DataStore } from '../store.ts';
import { submitCompact } from './compact.ts';
import { submitEdit } from './edit.ts';

/** Handlers of what edits versions and stores them anew. */
export function editHandlers(context: EngineContext, store: DataStore): Handlers<typeof dataEditCalls> {
  return {
    edit: async (order) => submitEdit(context, store, order),
    compact: async ({ reference }) => submitCompact(context, store, reference),
  };
}
