import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { moveIntoPlace } from '../../base/durable-files.ts';
import { GalleyError } from '../../base/errors.ts';
import type { Difference } from '../../contract/data-comparison.ts';
import type { Job } from '../../contract/jobs.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { StoredVersion } from '../store.ts';
import { commonColumns, schemaDifference } from './diff-columns.ts';
import type { DiffExportOutput, DiffInput, DiffMasking, DiffOutput } from './diff-job.ts';
import { pseudonymKey } from './diff-masking.ts';
import { type DiffSubject, type KeptDiff, KeptDiffs } from './kept-diffs.ts';
import { readablePaths } from './reading-form.ts';

/** Two versions that are compared, the earlier one first, and by which key. */
export interface DiffOrder {
  from: StoredVersion;
  to: StoredVersion;
  key: string[];
}

const leastRowsForDrift = 30;

/**
 * Two versions and the key that holds: the one that was asked for, else that of the later dataset where both versions have it.
 * @throws GalleyError `data.unknown_column` for a key that is not in both with one type
 */
export function diffOrder(from: StoredVersion, to: StoredVersion, asked: readonly string[] | undefined): DiffOrder {
  const common = commonColumns(from.manifest.schema, to.manifest.schema).map(({ name }) => name);
  if (asked === undefined) {
    const own = to.dataset.keyColumns;
    return { from, to, key: own.every((name) => common.includes(name)) ? own : [] };
  }
  const unknown = asked.find((name) => !common.includes(name));
  if (unknown !== undefined) {
    throw new GalleyError(
      'data.unknown_column',
      `The two versions have no column "${unknown}" of one type in common.`,
      {
        details: { column: unknown, columns: common },
      },
    );
  }
  return { from, to, key: [...new Set(asked)] };
}

export function subjectOf({ from, to, key }: DiffOrder): DiffSubject {
  return { fromIdentity: from.identity, toIdentity: to.identity, key };
}

function differenceOf({ from, to, key }: DiffOrder, { summary }: KeptDiff): Difference {
  const view = ({ dataset, number, rows }: StoredVersion) => ({ dataset: dataset.name, version: number, rows });
  return {
    from: view(from),
    to: view(to),
    ...schemaDifference(from.manifest.schema, to.manifest.schema),
    key: key.length === 0 ? null : key,
    ...summary,
  };
}

/** Of a version and one with the same rows. */
function noDifference({ to, key }: DiffOrder): KeptDiff {
  const drift = to.rows < leastRowsForDrift ? null : 0;
  return {
    summary: {
      rows: { added: 0, removed: 0, changed: key.length === 0 ? null : 0, unchanged: to.rows },
      duplicateKeys: { keys: 0, fromRows: 0, toRows: 0 },
      changed: {},
      columns: to.manifest.schema.map(({ name }) => ({ name, drift })),
      kept: { added: 0, removed: 0, changed: 0 },
    },
    rowsBlob: null,
  };
}

/** The comparison where it is known already. */
export function knownDiff(context: EngineContext, order: DiffOrder): KeptDiff | undefined {
  if (order.from.identity === order.to.identity) return noDifference(order);
  return new KeptDiffs(context.database).find(subjectOf(order));
}

function titleOf({ from, to }: DiffOrder): string {
  return `Compare ${from.dataset.name}@${from.number} with ${to.dataset.name}@${to.number}`;
}

async function jobInput(
  context: EngineContext,
  { from, to, key }: DiffOrder,
  exportAs: DiffInput['exportAs'],
  mask?: DiffInput['mask'],
): Promise<DiffInput> {
  const side = async (version: StoredVersion) => ({
    paths: await readablePaths(context, version),
    schema: version.manifest.schema,
    rows: version.rows,
  });
  return { from: await side(from), to: await side(to), key, exportAs, mask };
}

/** Starts the job that compares two versions; one that was made before answers at once. */
export async function submitDiff(context: EngineContext, order: DiffOrder): Promise<Job> {
  const known = knownDiff(context, order);
  if (known) {
    const run = async () => differenceOf(order, known);
    return context.jobs.direct<Difference>({ kind: 'data.diff', title: titleOf(order), input: subjectOf(order), run });
  }
  return context.jobs.submit<DiffOutput, Difference>({
    kind: 'data.diff',
    title: titleOf(order),
    input: await jobInput(context, order, null),
    commit: async ({ rowsFile, ...summary }) => {
      const blob = rowsFile === null ? null : await context.blobs.adopt(rowsFile);
      const kept: KeptDiff = { summary, rowsBlob: blob?.hash ?? null };
      context.database.transaction(() => {
        if (blob) context.blobs.record(blob);
        const dropped = new KeptDiffs(context.database).keep(subjectOf(order), kept, context.clock.now());
        context.blobs.forget(...dropped);
      });
      return differenceOf(order, kept);
    },
  });
}

/** Starts the job that writes every row that differs to a file. @throws GalleyError `data.invalid_export_path` */
export async function submitDiffExport(
  context: EngineContext,
  order: DiffOrder,
  path: string,
  mask?: DiffMasking & { key: string | null },
): Promise<Job> {
  const format = /\.(csv|parquet)$/i.exec(path)?.[1]?.toLowerCase();
  if (format === undefined || !existsSync(dirname(path))) {
    const reason = format ? `the folder ${dirname(path)} is not there` : 'it must end in .csv or .parquet';
    throw new GalleyError('data.invalid_export_path', `Cannot export to ${path}: ${reason}.`, { details: { path } });
  }
  return context.jobs.submit<DiffExportOutput, { path: string; rows: number; sha256: string }>({
    kind: 'data.diff',
    title: `${titleOf(order)} to ${path}`,
    input: await jobInput(
      context,
      order,
      format as 'csv' | 'parquet',
      mask && { how: mask.how, columns: mask.columns },
    ),
    ...(mask?.key ? { secrets: { [pseudonymKey]: mask.key } } : {}),
    commit: async ({ file, rows, sha256 }) => {
      try {
        await moveIntoPlace(file, path);
      } catch (cause) {
        const message = `Cannot export to ${path}: ${(cause as Error).message}`;
        throw new GalleyError('data.invalid_export_path', message, { details: { path }, cause });
      }
      return { path, rows, sha256 };
    },
  });
}
