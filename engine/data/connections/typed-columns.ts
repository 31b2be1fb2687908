import type { DuckDBConnection } from '@duckdb/node-api';
import type { Wish } from './databases/database.ts';

export interface WishedColumn {
  /** A column of texts. */
  column: string;
  wish: Wish;
}

/**
 * SQL that makes each column of texts what is wished, NULL where a text is none; undefined for a column that stays text.
 */
export async function castsOf(
  connection: DuckDBConnection,
  source: string,
  columns: readonly WishedColumn[],
): Promise<(string | undefined)[]> {
  const numbers = await numberTypes(connection, source, columns);
  return columns.map(({ column, wish }, place) => {
    const wished = wish.type === 'number' ? numbers.get(place) : wish;
    return wished && castOf(wished, column);
  });
}

/** How many values each column of a table has. */
export async function countValues(
  connection: DuckDBConnection,
  source: string,
  columns: readonly string[],
): Promise<number[]> {
  return figures(
    connection,
    source,
    columns.map((column) => `count(${column})`),
  );
}

/** A cast that is NULL where the text is not a value of the type, undefined for text itself. */
function castOf(wish: Wish, column: string): string | undefined {
  // Not `infinity`, which no day is.
  const finite = (type: string) => `CASE WHEN ${column} NOT LIKE '%inf%' THEN TRY_CAST(${column} AS ${type}) END`;
  switch (wish.type) {
    case 'int64':
      return `TRY_CAST(${column} AS BIGINT)`;
    case 'float64':
      return `TRY_CAST(${column} AS DOUBLE)`;
    case 'decimal':
      return decimalCast(column, wish.scale);
    case 'boolean':
      return `CASE WHEN ${column} IN ('true', '1') THEN true WHEN ${column} IN ('false', '0') THEN false END`;
    case 'date':
      return finite('DATE');
    case 'timestamp':
      return finite('TIMESTAMP');
    default:
      return undefined;
  }
}

/** DuckDB reads decimals of up to 18 digits two hundred times as fast as wider ones. */
function decimalCast(column: string, scale: number): string {
  const wide = `TRY_CAST(${column} AS DECIMAL(38, ${scale}))`;
  return scale > 18 ? wide : `coalesce(TRY_CAST(${column} AS DECIMAL(18, ${scale}))::DECIMAL(38, ${scale}), ${wide})`;
}

/**
 * Numbers without a declared form, by place: whole where every value is, decimal with the most digits that are found; none
 * where 38 digits do not hold them.
 */
async function numberTypes(
  connection: DuckDBConnection,
  source: string,
  columns: readonly WishedColumn[],
): Promise<Map<number, Wish>> {
  const places = columns.flatMap(({ wish }, place) => (wish.type === 'number' ? [place] : []));
  const found = await figures(
    connection,
    source,
    places.flatMap((place) => {
      const { column } = columns[place] as WishedColumn;
      return [
        `count(*) FILTER (NOT regexp_full_match(${column}, '-?[0-9]+(\\.[0-9]+)?'))`,
        `coalesce(max(length(regexp_extract(${column}, '\\.([0-9]+)$', 1))), 0)`,
        `coalesce(max(length(regexp_extract(${column}, '^-?([0-9]+)', 1))), 0)`,
      ];
    }),
  );
  const types = new Map<number, Wish>();
  for (const [index, place] of places.entries()) {
    const [odd = 0, scale = 0, whole = 0] = found.slice(index * 3, index * 3 + 3);
    if (odd > 0 || scale + whole > 38) continue;
    types.set(place, scale === 0 && whole <= 18 ? { type: 'int64' } : { type: 'decimal', scale });
  }
  return types;
}

async function figures(
  connection: DuckDBConnection,
  source: string,
  expressions: readonly string[],
): Promise<number[]> {
  if (expressions.length === 0) return [];
  const found = await connection.runAndReadAll(`SELECT ${expressions.join(', ')} FROM ${source}`);
  return (found.getRows()[0] ?? []).map(Number);
}
