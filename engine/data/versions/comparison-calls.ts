import type { dataComparisonCalls } from '../../contract/data-comparison.ts';
import type { EngineContext, Handlers } from '../../jobs/context.ts';
import type { DataStore } from '../store.ts';
import { type DiffOrder, diffOrder, submitDiff, submitDiffExport } from './diff.ts';
import { differentRows } from './diff-rows.ts';
import { resolveVersion } from './resolve.ts';

/** Handlers of what compares versions. */
export function comparisonHandlers(context: EngineContext, store: DataStore): Handlers<typeof dataComparisonCalls> {
  const order = ({ from, to, key }: { from: string; to: string; key?: string[] }): DiffOrder =>
    diffOrder(resolveVersion(store, from), resolveVersion(store, to), key);
  return {
    diff: async (input) => submitDiff(context, order(input)),
    diffRows: async ({ change, offset, limit, ...input }) =>
      differentRows(context, order(input), { change, offset, limit }),
    exportDiff: async ({ path, ...input }) => submitDiffExport(context, order(input), path),
  };
}
