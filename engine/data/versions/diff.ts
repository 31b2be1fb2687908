import type { OutputOf } from '../../contract/call.ts';
import type { dataCalls } from '../../contract/data.ts';
import type { EngineContext } from '../../jobs/context.ts';
import { driftOfColumn } from '../../statistics/drift.ts';
import { parquetTable, sqlName } from '../../store/duck.ts';
import { readFrame } from '../../store/frames.ts';
import { type SchemaColumn, sameColumn } from '../schema.ts';
import type { StoredVersion } from '../store.ts';
import { readablePaths } from './readable-paths.ts';

type Diff = OutputOf<typeof dataCalls.diff>;

function schemaDiff(from: readonly SchemaColumn[], to: readonly SchemaColumn[]): Diff['schema'] {
  const find = (columns: readonly SchemaColumn[], name: string) => columns.find((column) => column.name === name);
  return {
    added: to.filter(({ name }) => !find(from, name)).map(({ name }) => name),
    removed: from.filter(({ name }) => !find(to, name)).map(({ name }) => name),
    changed: to
      .filter((column) => find(from, column.name) && !sameColumn(column, find(from, column.name)))
      .map(({ name }) => name),
  };
}

/** Rows counted by their content, as a multiset; with a key, also how many keys have other values. */
async function rowDiff(
  context: EngineContext,
  from: StoredVersion,
  to: StoredVersion,
  columns: readonly SchemaColumn[],
): Promise<Diff['rows']> {
  if (columns.length === 0) return { added: to.rows, removed: from.rows, changed: null };
  const names = columns.map((column) => sqlName(column.name)).join(', ');
  const counted = async (version: StoredVersion) =>
    `SELECT h, count(*) AS n FROM (SELECT hash(${names}) AS h FROM ${parquetTable(await readablePaths(context, version))}) GROUP BY h`;
  const [row] = await context.duck.rows(
    `SELECT coalesce(sum(greatest(coalesce(b.n, 0) - coalesce(a.n, 0), 0)), 0)::DOUBLE,
            coalesce(sum(greatest(coalesce(a.n, 0) - coalesce(b.n, 0), 0)), 0)::DOUBLE
     FROM (${await counted(from)}) a FULL JOIN (${await counted(to)}) b USING (h)`,
  );
  const [added, removed] = (row ?? [0, 0]).map(Number) as [number, number];
  const changed = await changedRows(context, from, to, columns);
  return changed === null
    ? { added, removed, changed }
    : { added: added - changed, removed: removed - changed, changed };
}

/** Rows whose key is in both versions, once in each, with other values; null without a key. */
async function changedRows(
  context: EngineContext,
  from: StoredVersion,
  to: StoredVersion,
  columns: readonly SchemaColumn[],
): Promise<number | null> {
  const keys = to.dataset.keyColumns;
  if (keys.length === 0 || !keys.every((key) => columns.some((column) => column.name === key))) return null;
  const keyNames = keys.map(sqlName).join(', ');
  const names = columns.map((column) => sqlName(column.name)).join(', ');
  const single = async (version: StoredVersion) =>
    `SELECT hash(${keyNames}) AS k, min(hash(${names})) AS h FROM ${parquetTable(await readablePaths(context, version))}` +
    ' GROUP BY k HAVING count(*) = 1';
  const [row] = await context.duck.rows(
    `SELECT count(*)::DOUBLE FROM (${await single(from)}) a JOIN (${await single(to)}) b USING (k) WHERE a.h <> b.h`,
  );
  return Number(row?.[0] ?? 0);
}

/** Cells that are read at once; a wide table is not read column by column, a long one not as a whole. */
const cellsAtOnce = 4_000_000;

/** Drift of every column that both versions have with one type, null where it cannot be told. */
async function columnDrift(
  context: EngineContext,
  from: StoredVersion,
  to: StoredVersion,
  columns: readonly SchemaColumn[],
): Promise<Diff['columns']> {
  const drifts: Diff['columns'] = [];
  const together = Math.max(1, Math.floor(cellsAtOnce / Math.max(1, from.rows + to.rows)));
  for (let start = 0; start < columns.length; start += together) {
    const group = columns.slice(start, start + together);
    const [reference, current] = await context.duck.use(async (connection) => [
      await readFrame(connection, await readablePaths(context, from), group),
      await readFrame(connection, await readablePaths(context, to), group),
    ]);
    for (const [index, { name }] of group.entries()) {
      const before = reference?.columns[index];
      const after = current?.columns[index];
      drifts.push({ name, drift: before && after ? driftOfColumn(before, after).score : null });
    }
  }
  return drifts;
}

/** What differs between two versions, over the columns that both have with one type. */
export async function diffVersions(context: EngineContext, from: StoredVersion, to: StoredVersion): Promise<Diff> {
  const before = from.manifest.schema;
  const common = to.manifest.schema.filter((column) =>
    before.some((other) => other.name === column.name && sameColumn(column, other)),
  );
  return {
    schema: schemaDiff(before, to.manifest.schema),
    rows: await rowDiff(context, from, to, common),
    columns: await columnDrift(context, from, to, common),
  };
}
