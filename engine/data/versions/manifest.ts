import type { SchemaColumn } from '../schema.ts';
import type { Source } from '../sources/read-file.ts';

/** Some rows of a version: one Parquet blob and the file that it was made from. */
export interface Part {
  /** `sha256:…` of the Parquet file. */
  blob: string;
  bytes: number;
  rows: number;
  source: Source;
}

/** What a version consists of, in order: its base, then what was appended (docs/formats.md, "Manifest"). */
export interface Manifest {
  format: 1;
  identity: string;
  schema: SchemaColumn[];
  rows: number;
  /** Hashes of the identity's leaves, so that an append computes only its own. */
  leaves: string[];
  base: Part;
  parts: Part[];
}

/** Base and parts in the order of their rows. */
export function allParts(manifest: Manifest): Part[] {
  return [manifest.base, ...manifest.parts];
}
