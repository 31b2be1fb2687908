import { GalleyError } from '../../base/errors.ts';
import type { DifferentRows, RowChange } from '../../contract/data-comparison.ts';
import type { EngineContext } from '../../jobs/context.ts';
import { parquetTable } from '../../store/duck.ts';
import type { SchemaColumn } from '../schema.ts';
import { type DiffOrder, knownDiff } from './diff.ts';
import { commonColumns } from './diff-columns.ts';
import { changeNumbers } from './diff-tables.ts';
import { type Cell, cellOfText } from './views.ts';

export interface DiffPage {
  change: RowChange;
  offset: number;
  limit: number;
}

/** A row of the kept file. */
type KeptRow = [before: string | null, after: string | null, cells: string[] | null, newCells: string[] | null];

/** A page of the rows that differ. @throws GalleyError `data.not_compared` where nobody has compared the versions yet */
export async function differentRows(
  context: EngineContext,
  order: DiffOrder,
  { change, offset, limit }: DiffPage,
): Promise<DifferentRows> {
  const known = knownDiff(context, order);
  if (!known) {
    const names = [order.from, order.to].map(({ dataset, number }) => `${dataset.name}@${number}`);
    throw new GalleyError('data.not_compared', `${names.join(' and ')} have not been compared yet.`, {
      details: { from: names[0], to: names[1] },
    });
  }
  const [before, after] = [order.from.manifest.schema, order.to.manifest.schema];
  const columns = change === 'added' ? after : change === 'removed' ? before : commonColumns(before, after);
  const [ofBefore, ofAfter] = [placesOf(columns, before), placesOf(columns, after)];
  const { rows: counts, kept } = known.summary;
  const rows = known.rowsBlob === null ? [] : await keptRows(context, known.rowsBlob, { change, offset, limit });
  return {
    columns: columns.map(({ name, type }) => ({ name, type })),
    rows: rows.map(([fromRow, toRow, cells, newCells]) => {
      const [old, now] = [picked(cells, columns, ofBefore), picked(newCells, columns, ofAfter)];
      return {
        fromRow: fromRow === null ? null : Number(fromRow) + 1,
        toRow: toRow === null ? null : Number(toRow) + 1,
        before: old,
        after: now,
        changed: old && now ? columns.flatMap((_, index) => (Object.is(old[index], now[index]) ? [] : [index])) : [],
      };
    }),
    total: counts[change] ?? 0,
    kept: kept[change],
  };
}

/** Where columns stand in a schema, -1 where it has none of that name. */
function placesOf(columns: readonly SchemaColumn[], schema: readonly SchemaColumn[]): number[] {
  const places = new Map(schema.map(({ name }, place) => [name, place]));
  return columns.map(({ name }) => places.get(name) ?? -1);
}

async function keptRows(context: EngineContext, blob: string, { change, offset, limit }: DiffPage): Promise<KeptRow[]> {
  const sql =
    `SELECT before_position, after_position, before, after FROM ${parquetTable([context.blobs.path(blob)])}` +
    ` WHERE change = ${changeNumbers[change]} ORDER BY file_row_number LIMIT ${limit} OFFSET ${offset}`;
  return context.duck.use(async (connection) => (await connection.runAndReadAll(sql)).getRowsJson() as KeptRow[]);
}

/** The cells of some columns of a row; -0 is 0, as the comparison takes it. */
function picked(
  cells: readonly (string | null)[] | null,
  columns: readonly SchemaColumn[],
  places: readonly number[],
): Cell[] | null {
  if (cells === null) return null;
  return columns.map(({ type }, index) => {
    const cell = cellOfText(type, cells[places[index] as number] ?? null);
    return cell === 0 ? 0 : cell;
  });
}
