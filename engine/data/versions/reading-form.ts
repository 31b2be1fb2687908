import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, contentHash } from '../../base/canonical-json.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { RowFile } from '../../store/row-cache.ts';
import type { StoredVersion } from '../store.ts';
import { writeWhole } from './delta-read.ts';
import { allParts, type Manifest } from './manifest.ts';
import { rowsOf, type StoredForm, splitParts, storedForm } from './stored-form.ts';

/** Cells up to which whole rows are made in the engine: about half a second. */
const cellsInEngine = 2_000_000;

/** The name of the whole rows under a delta: two versions share it where their storage is the same. */
export function wholeKey(manifest: Pick<Manifest, 'base' | 'parts' | 'delta'>): string {
  const { base, parts, delta } = manifest;
  const counted = [base, ...parts.slice(0, delta?.parts ?? 0)].map(({ blob }) => blob);
  return contentHash(canonicalJson({ parts: counted, delta: delta?.blob })).slice('sha256:'.length);
}

/** Where a version stands, with its whole rows where they are at hand. @throws GalleyError `store.missing_blob` */
export function formAtHand(context: EngineContext, version: StoredVersion): StoredForm {
  const form = storedForm(context, version);
  const whole = form.delta && context.rowCache.ready(wholeKey(version.manifest));
  return whole ? { ...form, whole } : form;
}

async function makeHere(context: EngineContext, form: StoredForm, folder: string): Promise<RowFile[]> {
  return context.duck.use((connection) =>
    writeWhole({ connection, progress: () => {}, throwIfCanceled: () => {} }, form, folder, 'rows'),
  );
}

async function makeInJob(
  context: EngineContext,
  form: StoredForm,
  folder: string,
  version: StoredVersion,
): Promise<RowFile[]> {
  const job = context.jobs.submit<RowFile[], RowFile[]>({
    kind: 'data.whole',
    title: `Put together ${version.dataset.name}@${version.number}`,
    input: { form },
    commit: (files) =>
      files.map(({ path, rows }, index) => {
        const place = join(folder, `made-${index}.parquet`);
        renameSync(path, place);
        return { path: place, rows };
      }),
  });
  return context.jobs.result<RowFile[]>(job.id);
}

/**
 * Parquet files with the rows of a version in their order. Where a delta lies over its parts they are put together once
 * and kept in the project's cache.
 * @throws GalleyError `store.missing_blob`, `store.disk_full`
 */
export async function readablePaths(context: EngineContext, version: StoredVersion): Promise<string[]> {
  const { manifest } = version;
  if (!manifest.delta) return allParts(manifest).map((part) => context.blobs.path(part.blob));
  const form = storedForm(context, version);
  const { counted, later } = splitParts(form);
  const cells = rowsOf(counted) * form.schema.length;
  const whole = await context.rowCache.files(wholeKey(manifest), (folder) =>
    cells <= cellsInEngine ? makeHere(context, form, folder) : makeInJob(context, form, folder, version),
  );
  return [...whole, ...later].map(({ path }) => path);
}
