import { GalleyError } from '../../base/errors.ts';
import { suggestName } from '../../base/nearest-name.ts';
import type { RowPage } from '../../contract/data-rows.ts';
import type { EngineContext } from '../../jobs/context.ts';
import { sqlName } from '../../store/duck.ts';
import type { DataStore, StoredVersion } from '../store.ts';
import { readablePaths } from '../versions/reading-form.ts';
import { cellOf } from '../versions/views.ts';
import { failingSql } from './failing-sql.ts';
import { positionColumn, positionedTable } from './positions.ts';
import { prepareExpectation } from './prepare.ts';
import { withCondition } from './rule.ts';

/**
 * A page of the rows that failed an expectation of the version's latest check, in the order of the version, all columns.
 * @throws GalleyError `data.unknown_expectation`
 */
export async function failingRows(
  context: EngineContext,
  store: DataStore,
  version: StoredVersion,
  { key, offset, limit }: { key: string; offset: number; limit: number },
): Promise<RowPage> {
  const { schema } = version.manifest;
  const results = store.checks.latest(version.id)?.results ?? [];
  const result = results.find((each) => each.key === key);
  if (!result) {
    const known = results.map((each) => each.key);
    const name = `${version.dataset.name}@${version.number}`;
    throw new GalleyError(
      'data.unknown_expectation',
      `${name} was not checked against "${key}". ${suggestName(key, known)}`,
      {
        details: { key, known },
      },
    );
  }
  const columns = schema.map(({ name, type }) => ({ name, type }));
  const nothing = { columns, rows: [], positions: [], total: 0 };
  if (result.passed === null || !result.rows) return nothing;
  const planned = await prepareExpectation(context, store, version.dataset.name, result);
  const paths = await readablePaths(context, version);
  return context.duck.use(async (connection) => {
    const table = await positionedTable(connection, paths);
    const prepared = await withCondition({ connection, schema }, planned);
    const failing = failingSql(prepared, table, schema);
    if (!failing || prepared.obstacle || prepared.fault) return nothing;
    const counted = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM (${failing})`);
    const names = columns.map(({ name }) => sqlName(name)).join(', ');
    const page = `SELECT ${positionColumn} FROM (${failing}) ORDER BY ${positionColumn} LIMIT ${limit} OFFSET ${offset}`;
    const read = await connection.runAndReadAll(
      `SELECT ${positionColumn}, ${names} FROM ${table} WHERE ${positionColumn} IN (${page}) ORDER BY ${positionColumn}`,
    );
    const rows = read.getRowsJson();
    return {
      columns,
      rows: rows.map(([, ...values]) => values.map((value, index) => cellOf(columns[index]?.type ?? 'text', value))),
      positions: rows.map(([position]) => Number(position)),
      total: Number(counted.getRows()[0]?.[0] ?? 0),
    };
  });
}
