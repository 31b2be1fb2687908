import type { dataComparisonCalls } from '../../contract/data-comparison.ts';
import type { EngineContext, Handlers } from '../../jobs/context.ts';
import { maskedDifference } from '../privacy/masked-answers.ts';
import type { DataStore } from '../store.ts';
import { type DiffOrder, diffOrder, submitDiff, submitDiffExport } from './diff.ts';
import { differentRows } from './diff-rows.ts';
import { resolveVersion } from './resolve.ts';

/** Handlers of what compares versions. */
export function comparisonHandlers(context: EngineContext, store: DataStore): Handlers<typeof dataComparisonCalls> {
  const order = ({ from, to, key }: { from: string; to: string; key?: string[] }): DiffOrder =>
    diffOrder(resolveVersion(store, from), resolveVersion(store, to), key);
  const marksOf = ({ from, to }: DiffOrder) => ({
    ...store.marks.marks(from.dataset.id),
    ...store.marks.marks(to.dataset.id),
  });
  return {
    diff: async (input) => submitDiff(context, order(input)),
    diffRows: async ({ change, offset, limit, masked, ...input }) => {
      const compared = order(input);
      const page = await differentRows(context, compared, { change, offset, limit });
      return masked ? maskedDifference(page, marksOf(compared)) : page;
    },
    exportDiff: async ({ path, mask, ...input }) => {
      const compared = order(input);
      const masking = mask && {
        how: mask,
        columns: Object.keys(marksOf(compared)),
        key: mask === 'hash' ? store.marks.key().toString('hex') : null,
      };
      return submitDiffExport(context, compared, path, masking);
    },
  };
}
