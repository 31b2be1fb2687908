import type { SchemaColumn } from '../../engine/data/schema.ts';
import { encodeDecimals, encodeFixed, encodeFloats, encodeTexts } from '../../engine/data/versions/encoding.ts';
import { type ColumnSegment, datasetIdentity, LeafHasher } from '../../engine/data/versions/identity.ts';
import type { Cell } from '../../engine/data/versions/views.ts';

/** A table as JavaScript holds it: int64 and decimals as text, dates and times in ISO 8601, missing ones null. */
export type PlainRow = Cell[];

const dayMilliseconds = 86_400_000;

function unscaled(text: string, scale: number): bigint {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(scale, '0'));
}

function microseconds(text: string): bigint {
  const [, seconds = '', fraction = ''] = /^(.*?)(?:\.(\d+))?Z$/.exec(text) ?? [];
  return BigInt(Date.parse(`${seconds}Z`)) * 1000n + BigInt(fraction.padEnd(6, '0'));
}

function segmentOf(column: SchemaColumn, values: readonly Cell[]): ColumnSegment {
  const missing = values.flatMap((value, row) => (value === null ? [row] : []));
  switch (column.type) {
    case 'int64':
      return encodeFixed(
        BigInt64Array.from(values, (value) => BigInt((value as string) ?? 0)),
        missing,
      );
    case 'timestamp':
      return encodeFixed(
        BigInt64Array.from(values, (value) => (value === null ? 0n : microseconds(String(value)))),
        missing,
      );
    case 'date':
      return encodeFixed(
        Int32Array.from(values, (value) => (value === null ? 0 : Date.parse(String(value)) / dayMilliseconds)),
        missing,
      );
    case 'boolean':
      return encodeFixed(
        Uint8Array.from(values, (value) => (value === true ? 1 : 0)),
        missing,
      );
    case 'float64':
      return encodeFloats(
        Float64Array.from(values, (value) => Number(value)),
        missing,
      );
    case 'decimal':
      return encodeDecimals(
        values.map((value) => (value === null ? null : unscaled(String(value), column.scale ?? 0))),
      );
    case 'text': {
      const bytes = values.map((value) => Buffer.from(String(value ?? '')));
      return encodeTexts(
        Uint32Array.from(bytes, (text) => text.length),
        Buffer.concat(bytes),
        missing,
      );
    }
  }
}

/** The logical identity of a table of at most one leaf, made without DuckDB. */
export function identityOfTable(schema: SchemaColumn[], rows: readonly PlainRow[]): string {
  const leaf = new LeafHasher(schema);
  leaf.append(
    schema.map((column, place) =>
      segmentOf(
        column,
        rows.map((row) => row[place] as Cell),
      ),
    ),
  );
  return datasetIdentity(schema, rows.length, [leaf.digest()]);
}
