import { join } from 'node:path';
import type { OpenDatabase, Selection } from '../../../engine/data/connections/databases/database.ts';
import { stageRows } from '../../../engine/data/connections/staged-rows.ts';
import { importNew, rowsOf } from '../../support/import-files.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** What an import makes of a table or query: types, rows and the codes of the warnings. */
export async function readAll(database: OpenDatabase, selection: Selection, limit?: number) {
  const folder = temporaryFolder();
  const reader = await database.read(selection, limit);
  const staged = await stageRows(reader, { folder, file: 'rows.parquet', throwIfCanceled: () => {}, onRows: () => {} });
  const version = await importNew(join(folder, 'rows.parquet'));
  return {
    types: Object.fromEntries(
      version.schema.map(({ name, type, scale }) => [name, scale === undefined ? type : `${type}(${scale})`]),
    ),
    rows: await rowsOf(version),
    identity: version.identity,
    warnings: staged.warnings.map(({ code, column }) => (column === undefined ? code : `${code} ${column}`)),
  };
}
