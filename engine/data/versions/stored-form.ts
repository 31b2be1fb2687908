import type { EngineContext } from '../../jobs/context.ts';
import type { SchemaColumn } from '../schema.ts';
import type { StoredVersion } from '../store.ts';
import type { PartFile } from './leaf-reader.ts';
import { allParts, type Delta } from './manifest.ts';

/** A part's file with its size. */
export interface StoredPart extends PartFile {
  bytes: number;
}

/** A row delta's file: see docs/formats.md, "Manifest". */
export interface DeltaFile extends Pick<Delta, 'bytes' | 'parts' | 'removed' | 'inserted'> {
  path: string;
}

/** The files that the rows of a version are read from. */
export interface ReadForm {
  schema: SchemaColumn[];
  /** Base and parts. */
  parts: PartFile[];
  delta?: DeltaFile;
  /** Files with the rows of the parts that the delta counts as the version has them, where such are at hand. */
  whole?: PartFile[];
}

/** All of a version that reads or extends it needs, in a job process too. */
export interface StoredForm extends ReadForm {
  identity: string;
  leaves: string[];
  parts: StoredPart[];
}

/** Where a version stands. @throws GalleyError `store.missing_blob` */
export function storedForm(context: EngineContext, { manifest }: StoredVersion): StoredForm {
  const { identity, schema, leaves, delta } = manifest;
  return {
    identity,
    schema,
    leaves,
    parts: allParts(manifest).map(({ blob, bytes, rows }) => ({ path: context.blobs.path(blob), bytes, rows })),
    ...(delta && {
      delta: {
        path: context.blobs.path(delta.blob),
        bytes: delta.bytes,
        parts: delta.parts,
        removed: delta.removed,
        inserted: delta.inserted,
      },
    }),
  };
}

/** The parts that the delta counts, and those that follow unchanged. */
export function splitParts(form: ReadForm): { counted: PartFile[]; later: PartFile[] } {
  const counted = form.delta ? form.delta.parts + 1 : 0;
  return { counted: form.parts.slice(0, counted), later: form.parts.slice(counted) };
}

/** Every file of the form, for a DuckDB that is to read it. */
export function filesOf(form: ReadForm | undefined): string[] {
  if (!form) return [];
  return [...form.parts, ...(form.delta ? [form.delta] : []), ...(form.whole ?? [])].map(({ path }) => path);
}

export function rowsOf(files: readonly PartFile[]): number {
  return files.reduce((sum, file) => sum + file.rows, 0);
}
