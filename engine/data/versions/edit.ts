import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '../../base/canonical-json.ts';
import type { RowEdits } from '../../contract/data-edits.ts';
import type { AddResult } from '../../contract/data-results.ts';
import type { Job } from '../../contract/jobs.ts';
import type { EngineContext } from '../../jobs/context.ts';
import { prepareCheck } from '../expectations/prepare.ts';
import type { DataStore } from '../store.ts';
import type { EditedRows, EditInput } from './edit-job.ts';
import { planEdits } from './edit-plan.ts';
import type { VersionSource } from './manifest.ts';
import { formAtHand } from './reading-form.ts';
import { recordRows } from './record.ts';
import { resolveVersion } from './resolve.ts';

export interface EditOrder extends RowEdits {
  reference: string;
  acceptFailures?: boolean;
}

/** The edits themselves as a source: their canonical JSON has a size and a hash like a file. */
function sourceOfEdits({ edits = [], remove = [], insert = [] }: RowEdits): VersionSource {
  const text = canonicalJson({ edits, remove, insert } as unknown as Json);
  return {
    name: 'edits by hand',
    md5: createHash('md5').update(text).digest('hex'),
    bytes: Buffer.byteLength(text),
    rows: edits.length + remove.length + insert.length,
    change: 'edit',
  };
}

/**
 * Starts the job that makes the next version of a dataset from one whose rows are edited.
 * @throws GalleyError what `resolveVersion` and `planEdits` throw, `data.invalid_expectations`
 */
export async function submitEdit(context: EngineContext, store: DataStore, order: EditOrder): Promise<Job> {
  const version = resolveVersion(store, order.reference);
  const { schema, sources } = version.manifest;
  const { name } = version.dataset;
  const plan = planEdits({ schema, rows: version.rows }, order);
  const latest = store.latest(version.dataset);
  const check = await prepareCheck(context, store, name, latest?.rows ?? null);
  const input: EditInput = {
    form: formAtHand(context, version),
    plan,
    check,
    acceptFailures: order.acceptFailures === true,
  };
  return context.jobs.submit<EditedRows, AddResult>({
    kind: 'data.edit',
    title: `Edit ${name}@${version.number}`,
    input,
    commit: async (output) => {
      const { edits = [], remove = [], insert = [] } = order;
      const rows = { added: insert.length, removed: remove.length, changed: edits.length };
      const record = {
        name,
        before: version,
        expected: latest,
        sources: [...sources, sourceOfEdits(order)],
        origin: { kind: 'edit' as const, detail: {}, rows },
        warnings: [],
        checks: output.checks,
      };
      const result = await recordRows(context, store, record, output);
      context.events.publish({ type: 'phase.changed', phase: 'data', subject: name });
      return result;
    },
  });
}
