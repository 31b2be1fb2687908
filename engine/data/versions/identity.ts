import { createHash } from 'node:crypto';
import { canonicalJson } from '../../base/canonical-json.ts';
import type { ColumnType } from '../../contract/values.ts';
import type { SchemaColumn } from '../schema.ts';

/**
 * The logical identity of a dataset version: a SHA-256 tree over its schema and its rows in order. docs/formats.md
 * ("Identity") is its specification, tests/fixtures/identity its golden values; neither may ever change.
 */
export const leafRows = 65_536;

/** First byte of what is hashed, so that a node of one kind never equals one of another. */
const prefix = { column: 1, leaf: 2, schema: 3, root: 4 } as const;

const typeTags: Record<ColumnType, number> = {
  int64: 1,
  float64: 2,
  decimal: 3,
  boolean: 4,
  date: 5,
  timestamp: 6,
  text: 7,
};

/** Bytes of one value; text has no fixed width. */
export const valueWidths: Record<Exclude<ColumnType, 'text'>, number> = {
  int64: 8,
  float64: 8,
  decimal: 16,
  boolean: 1,
  date: 4,
  timestamp: 8,
};

/** Values of a fixed-width type in canonical little-endian bytes; missing ones are zero. */
interface FixedValues {
  kind: 'fixed';
  bytes: Uint8Array;
}

/** Lengths in UTF-8 bytes and the bytes in NFC one after the other; a missing text has length 0. */
interface TextValues {
  kind: 'text';
  lengths: Uint32Array;
  bytes: Uint8Array;
}

/** Some consecutive rows of a column, encoded. */
export interface ColumnSegment {
  rows: number;
  /** Positions of missing values within the segment. */
  missing: readonly number[];
  values: FixedValues | TextValues;
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function uint64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
  return bytes;
}

function bytesOf(array: Uint32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** Collects the segments of one column of one leaf. */
class ColumnLeaf {
  readonly #tag: number;
  readonly #missing: number[] = [];
  readonly #fixed: Uint8Array[] = [];
  readonly #lengths: Uint8Array[] = [];
  readonly #text = createHash('sha256');
  readonly #isText: boolean;
  #rows = 0;

  constructor(type: ColumnType) {
    this.#tag = typeTags[type];
    this.#isText = type === 'text';
  }

  append(segment: ColumnSegment): void {
    for (const position of segment.missing) this.#missing.push(this.#rows + position);
    this.#rows += segment.rows;
    if (segment.values.kind === 'fixed') {
      this.#fixed.push(segment.values.bytes);
    } else {
      this.#lengths.push(bytesOf(segment.values.lengths));
      this.#text.update(segment.values.bytes);
    }
  }

  digest(): Buffer {
    const bitmap = new Uint8Array(Math.ceil(this.#rows / 8));
    for (const row of this.#missing) bitmap[row >> 3] = (bitmap[row >> 3] as number) | (1 << (row & 7));
    const hash = createHash('sha256')
      .update(Uint8Array.of(prefix.column, this.#tag))
      .update(uint32(this.#rows))
      .update(bitmap);
    for (const part of this.#isText ? this.#lengths : this.#fixed) hash.update(part);
    if (this.#isText) hash.update(this.#text.digest());
    return hash.digest();
  }
}

/** Builds the hash of one leaf from segments that follow each other. */
export class LeafHasher {
  readonly #columns: ColumnLeaf[];
  #rows = 0;

  constructor(schema: readonly SchemaColumn[]) {
    this.#columns = schema.map((column) => new ColumnLeaf(column.type));
  }

  /** One segment a column, all of the same rows. */
  append(segments: readonly ColumnSegment[]): void {
    this.#columns.forEach((column, index) => {
      column.append(segments[index] as ColumnSegment);
    });
    this.#rows += segments[0]?.rows ?? 0;
  }

  /** The hashes of the columns, in order. */
  columnDigests(): Buffer[] {
    return this.#columns.map((column) => column.digest());
  }

  /** The leaf's hash in hexadecimal. */
  digest(): string {
    return leafDigest(this.#rows, this.columnDigests());
  }
}

/** The hash of a leaf, in hexadecimal, from those of its columns. */
export function leafDigest(rows: number, columns: readonly Buffer[]): string {
  const hash = createHash('sha256')
    .update(Uint8Array.of(prefix.leaf))
    .update(uint32(rows))
    .update(uint32(columns.length));
  for (const column of columns) hash.update(column);
  return hash.digest('hex');
}

function schemaHash(schema: readonly SchemaColumn[]): Buffer {
  const json = schema.map(({ name, type, scale }) => ({ name: name.normalize('NFC'), type, scale }));
  return createHash('sha256').update(Uint8Array.of(prefix.schema)).update(canonicalJson(json)).digest();
}

/** `sha256:…` of a version from its schema, its row count and the hashes of its leaves (hexadecimal, in order). */
export function datasetIdentity(schema: readonly SchemaColumn[], rows: number, leaves: readonly string[]): string {
  const hash = createHash('sha256')
    .update(Uint8Array.of(prefix.root))
    .update('galley-identity-1')
    .update(schemaHash(schema))
    .update(uint64(rows));
  for (const leaf of leaves) hash.update(Buffer.from(leaf, 'hex'));
  return `sha256:${hash.digest('hex')}`;
}
