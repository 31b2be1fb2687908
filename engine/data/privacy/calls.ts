import { GalleyError } from '../../base/errors.ts';
import { suggestName } from '../../base/nearest-name.ts';
import type { MarkedColumn, PrivacyView, privacyCalls } from '../../contract/data-privacy.ts';
import type { EngineContext, Handlers } from '../../jobs/context.ts';
import { parquetTable, sqlName } from '../../store/duck.ts';
import type { SchemaColumn } from '../schema.ts';
import type { DataStore, StoredVersion } from '../store.ts';
import { readablePaths } from '../versions/reading-form.ts';
import { requireDataset, resolveVersion } from '../versions/resolve.ts';
import { markOf } from './mark-of.ts';
import { type ColumnSample, suggestMark } from './suggest.ts';

const sampledRows = 2000;
const sampledCells = 400_000;

/** Some rows from all over the version, each column's values as text. */
async function samples(
  context: EngineContext,
  version: StoredVersion,
  columns: readonly SchemaColumn[],
): Promise<ColumnSample[]> {
  if (columns.length === 0) return [];
  const wanted = Math.max(50, Math.min(sampledRows, Math.floor(sampledCells / columns.length)));
  const step = Math.max(1, Math.floor(version.rows / wanted));
  const names = columns.map(({ name }) => `${sqlName(name)}::VARCHAR`).join(', ');
  const table = parquetTable(await readablePaths(context, version));
  const rows = await context.duck.use(async (connection) => {
    const sql = `SELECT ${names} FROM ${table} WHERE file_row_number % ${step} = 0 LIMIT ${wanted}`;
    return (await connection.runAndReadAll(sql)).getRowsJson();
  });
  return columns.map(({ name, type }, index) => ({
    name,
    type,
    values: rows.flatMap((row) => (typeof row[index] === 'string' && row[index] !== '' ? [row[index] as string] : [])),
  }));
}

async function privacyView(context: EngineContext, store: DataStore, version: StoredVersion): Promise<PrivacyView> {
  const { dataset, manifest } = version;
  const marks = store.marks.marks(dataset.id);
  const settled = new Set([...Object.keys(marks), ...store.marks.dismissed(dataset.id)]);
  const open = manifest.schema.filter(({ name }) => !settled.has(name));
  const found = new Map((await samples(context, version, open)).map((sample) => [sample.name, suggestMark(sample)]));
  const columns = manifest.schema.map(
    ({ name }): MarkedColumn => ({ name, mark: markOf(marks, name) ?? null, suggestion: found.get(name) ?? null }),
  );
  return { dataset: dataset.name, columns };
}

export function privacyHandlers(context: EngineContext, store: DataStore): Handlers<typeof privacyCalls> {
  return {
    privacy: async ({ reference }) => privacyView(context, store, resolveVersion(store, reference)),

    marks: async ({ dataset }) => ({ dataset, marks: store.marks.marks(requireDataset(store, dataset).id) }),

    mark: async ({ dataset: name, column, mark }) => {
      const dataset = requireDataset(store, name);
      const columns = store.latest(dataset)?.manifest.schema.map((known) => known.name) ?? [];
      const marks = store.marks.marks(dataset.id);
      if (!columns.includes(column) && markOf(marks, column) === undefined) {
        throw new GalleyError(
          'data.unknown_column',
          `${name} has no column "${column}". ${suggestName(column, columns)}`,
          {
            details: { column, columns },
          },
        );
      }
      if (mark === 'none') store.marks.remove(dataset.id, column);
      else store.marks.set(dataset.id, column, mark, context.clock.now());
      context.events.publish({ type: 'phase.changed', phase: 'data', subject: name });
      return { dataset: name, marks: store.marks.marks(dataset.id) };
    },
  };
}
