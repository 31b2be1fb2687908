import type { SchemaColumn } from '../schema.ts';
import type { Source } from '../sources/read-file.ts';

/** Some rows of a version, in one Parquet blob. */
export interface Part {
  /** `sha256:…` of the Parquet file. */
  blob: string;
  bytes: number;
  rows: number;
}

/** What was taken away from base and parts and what was put between their rows, in one Parquet blob. */
export interface Delta {
  blob: string;
  bytes: number;
  /** How many of `parts` its positions count; later ones follow unchanged. */
  parts: number;
  /** Rows of base and parts that the version lacks. */
  removed: number;
  /** Rows that the version has besides; a changed row is one removed and one inserted. */
  inserted: number;
}

/** What a version's rows came from. */
export interface VersionSource extends Source {
  rows: number;
  /** How it entered where its rows do not simply follow those of the sources before it. */
  change?: 'upsert' | 'edit';
}

/** What a version consists of (docs/formats.md, "Manifest"). */
export interface Manifest {
  format: 2;
  identity: string;
  schema: SchemaColumn[];
  rows: number;
  /** Hashes of the identity's leaves, so that an append computes only its own. */
  leaves: string[];
  base: Part;
  parts: Part[];
  delta?: Delta;
  sources: VersionSource[];
}

/** Format 1 had no deltas, and each part had a source of its own. */
interface FirstManifest extends Omit<Manifest, 'format' | 'base' | 'parts' | 'delta' | 'sources'> {
  format: 1;
  base: Part & { source: Source };
  parts: (Part & { source: Source })[];
}

function upgraded({ base, parts, ...rest }: FirstManifest): Manifest {
  const all = [base, ...parts];
  const [first, ...others] = all.map(({ blob, bytes, rows }) => ({ blob, bytes, rows }));
  return {
    ...rest,
    format: 2,
    base: first as Part,
    parts: others,
    sources: all.map(({ source, rows }) => ({ ...source, rows })),
  };
}

/** A manifest as the database has it, of whichever format, in the newest one. */
export function readManifest(json: string): Manifest {
  const manifest = JSON.parse(json) as FirstManifest | Manifest;
  return manifest.format === 1 ? upgraded(manifest) : manifest;
}

/** Base and parts in the order of their rows. */
export function allParts(manifest: Manifest): Part[] {
  return [manifest.base, ...manifest.parts];
}

/** Every blob that the version needs. */
export function blobsOf(manifest: Manifest): { blob: string; bytes: number }[] {
  return [...allParts(manifest), ...(manifest.delta ? [manifest.delta] : [])];
}
