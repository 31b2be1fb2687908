import type { dataRowCalls } from '../../contract/data-rows.ts';
import type { EngineContext, Handlers } from '../../jobs/context.ts';
import { maskedPage } from '../privacy/mask.ts';
import type { DataStore } from '../store.ts';
import { resolveVersion } from '../versions/resolve.ts';
import { KeptViews } from './kept-views.ts';
import { prepareRows, rowPage } from './row-page.ts';

export function rowHandlers(context: EngineContext, store: DataStore): Handlers<typeof dataRowCalls> {
  const views = new KeptViews(context);
  return {
    rows: async ({ reference, masked, ...order }, signal) => {
      const version = resolveVersion(store, reference);
      const page = await rowPage(context, views, version, order, signal);
      return masked ? maskedPage(page, store.marks.marks(version.dataset.id)) : page;
    },

    prepareRows: async ({ reference, ...order }, signal) =>
      prepareRows(context, views, resolveVersion(store, reference), order, signal),
  };
}
