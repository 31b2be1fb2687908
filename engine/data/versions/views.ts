import { isoTime } from '../../base/clock.ts';
import type { DatasetVersion } from '../../contract/data.ts';
import type { ColumnType } from '../../contract/values.ts';
import type { StoredVersion } from '../store.ts';
import { blobsOf, type VersionSource } from './manifest.ts';

/** A version as the contract shows it. */
export function versionView(version: StoredVersion): DatasetVersion {
  const { name, md5, bytes } = version.manifest.sources.at(-1) as VersionSource;
  return {
    dataset: version.dataset.name,
    version: version.number,
    identity: version.identity,
    rows: version.rows,
    bytes: blobsOf(version.manifest).reduce((sum, blob) => sum + blob.bytes, 0),
    columns: version.columns,
    rowsAdded: version.rowsAdded,
    source: { name, md5, bytes },
    timeColumn: version.dataset.timeColumn,
    keyColumns: version.dataset.keyColumns,
    createdAt: isoTime(version.createdAt),
  };
}

export type Cell = null | boolean | number | string;

/** A value of DuckDB's JSON form as a table shows it: numbers as numbers where they are exact, times in ISO 8601. */
export function cellOf(type: ColumnType, value: unknown): Cell {
  if (value === null || value === undefined) return null;
  switch (type) {
    case 'int64':
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    case 'timestamp':
      return `${String(value).replace(' ', 'T')}Z`;
    case 'boolean':
      return value === true;
    case 'float64':
      return typeof value === 'number' ? value : String(value);
    default:
      return String(value);
  }
}

/** A value that DuckDB wrote as text, as a table shows it. */
export function cellOfText(type: ColumnType, text: string | null): Cell {
  if (type === 'boolean' && text !== null) return text === 'true';
  if (type !== 'float64' || text === null) return cellOf(type, text);
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}
