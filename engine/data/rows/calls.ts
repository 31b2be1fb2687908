import type { dataRowCalls } from '../../contract/data-rows.ts';
import type { EngineContext, Handlers } from '../../jobs/context.ts';
import type { DataStore } from '../store.ts';
import { resolveVersion } from '../versions/resolve.ts';
import { KeptViews } from './kept-views.ts';
import { prepareRows, rowPage } from './row-page.ts';

export function rowHandlers(context: EngineContext, store: DataStore): Handlers<typeof dataRowCalls> {
  const views = new KeptViews(context);
  return {
    rows: async ({ reference, ...order }, signal) =>
      rowPage(context, views, resolveVersion(store, reference), order, signal),

    prepareRows: async ({ reference, ...order }, signal) =>
      prepareRows(context, views, resolveVersion(store, reference), order, signal),
  };
}
