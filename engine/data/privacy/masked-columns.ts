import { GalleyError } from '../../base/errors.ts';
import type { Masking } from '../../contract/data-privacy.ts';
import { sqlName } from '../../store/duck.ts';
import { duckType, type SchemaColumn } from '../schema.ts';
import type { DataStore, StoredVersion } from '../store.ts';
import { markOf } from './mark-of.ts';
import { pseudonymSql } from './mask.ts';

/** The columns that an export shows, and how each is made of the version's. */
export interface MaskedColumns {
  schema: SchemaColumn[];
  /** SQL expressions with their names, in the order of the schema. */
  selects: string[];
}

/**
 * The columns of a version with the marked ones left out, as pseudonyms (texts), or blank.
 * @throws GalleyError `data.invalid_export_path` where nothing would be left
 */
export function maskedColumns(store: DataStore, version: StoredVersion, masking: Masking): MaskedColumns {
  const marks = store.marks.marks(version.dataset.id);
  const key = masking === 'hash' ? store.marks.key() : undefined;
  const columns = version.manifest.schema.flatMap((column): { column: SchemaColumn; select: string }[] => {
    const name = sqlName(column.name);
    if (markOf(marks, column.name) === undefined) return [{ column, select: name }];
    if (masking === 'drop') return [];
    if (key) return [{ column: { name: column.name, type: 'text' }, select: `${pseudonymSql(key, name)} AS ${name}` }];
    return [{ column, select: `NULL::${duckType(column)} AS ${name}` }];
  });
  if (columns.length === 0) {
    throw new GalleyError('data.invalid_export_path', 'Every column is marked, so nothing would be left to export.');
  }
  return { schema: columns.map(({ column }) => column), selects: columns.map(({ select }) => select) };
}
