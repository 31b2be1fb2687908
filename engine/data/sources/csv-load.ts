import { GalleyError } from '../../base/errors.ts';
import { sqlName, sqlText } from '../../store/duck.ts';
import type { SchemaColumn } from '../schema.ts';
import { type ColumnReading, columnReading } from './csv-columns.ts';
import type { CsvDialect } from './csv-dialect.ts';
import type { CsvFile } from './csv-file.ts';
import type { CsvScan } from './csv-scan.ts';
import type { SeenKinds } from './csv-types.ts';
import type { LoadAhead } from './load-ahead.ts';
import { isDiskFull, type ReadContext, runWatched } from './read-context.ts';
import type { DecimalMark, ReadingRules } from './reading-rules.ts';

/** Rows that DuckDB works on at a time, and the most that it puts into a row group by itself. */
const vectorRows = 2048;
const mostGroupRows = 122_880;
const cellsPerGroup = 5_000_000;
/** Tables of more columns are written and read with less memory for each, and slower. */
export const wideColumns = 1000;
const defaultLineBytes = 2_000_000;
const defaultBufferBytes = 32_000_000;
const wideBufferBytes = 8_000_000;

/** What SQL for a CSV file depends on. */
export interface ReadableCsv {
  readable: string;
  isHeadless: boolean;
  decimal: DecimalMark;
  dialect: Pick<CsvDialect, 'delimiter' | 'quote' | 'names' | 'skippedLines' | 'hasHeader'>;
  scan: Pick<CsvScan, 'longestRecord'> & { seen: readonly SeenKinds[] };
}

/** Name in SQL of the cells at a place. */
const cellName = (place: number) => `c${place}`;

/** How the columns of a schema are read from a file that has them all. */
export function columnReadings(
  file: ReadableCsv,
  schema: readonly SchemaColumn[],
  rules: ReadingRules,
): (ColumnReading & { name: string; place: number })[] {
  const places = new Map(file.dialect.names.map((name, index) => [name, index]));
  return schema.map((column) => {
    const { name } = column;
    const place = places.get(name) as number;
    const seen = file.scan.seen[place] ?? new Map();
    return {
      name,
      place,
      ...columnReading(column, { cell: cellName(place), name, seen, decimal: file.decimal, rules }),
    };
  });
}

/** `read_csv(…)` over a file, its cells as `c0`, `c1`, … in these types, as text where none is given. */
export function csvTable(file: ReadableCsv, types: ReadonlyMap<number, string> = new Map()): string {
  const { dialect, scan, isHeadless } = file;
  const isWide = dialect.names.length > wideColumns;
  const lineBytes = Math.max(defaultLineBytes, scan.longestRecord + 1024);
  const columns = dialect.names.map((_, place) => `'${cellName(place)}': '${types.get(place) ?? 'VARCHAR'}'`);
  const options = [
    'auto_detect = false',
    `columns = {${columns.join(', ')}}`,
    `delim = ${sqlText(dialect.delimiter)}`,
    `quote = ${sqlText(dialect.quote)}`,
    `escape = ${sqlText(dialect.quote)}`,
    `skip = ${isHeadless ? 0 : dialect.skippedLines}`,
    `header = ${dialect.hasHeader && !isHeadless}`,
    'strict_mode = true',
    `max_line_size = ${lineBytes}`,
    `buffer_size = ${Math.max(isWide ? wideBufferBytes : defaultBufferBytes, 2 * lineBytes)}`,
  ];
  return `read_csv(${sqlText(file.readable)}, ${options.join(', ')})`;
}

/** SQL that reads a CSV file with the columns, types and order of a schema. */
export function csvQuery(file: ReadableCsv, schema: readonly SchemaColumn[], rules: ReadingRules): string {
  const readings = columnReadings(file, schema, rules);
  const selects = readings.map(({ name, value }) => `${value} AS ${sqlName(name)}`);
  const types = new Map(readings.map(({ place, read }) => [place, read]));
  return `SELECT ${selects.join(', ')} FROM ${csvTable(file, types)}`;
}

/**
 * The statement that writes what a query answers as Parquet. The encodings of version 2 take less time to write and to read
 * and less room. The writer holds a group of rows of all columns and a dictionary for each, so that wide tables have shorter
 * groups and no dictionaries.
 */
export function copyStatement(query: string, target: string, columns: number): string {
  const vectors = Math.floor(cellsPerGroup / columns / vectorRows);
  const groupRows = Math.min(mostGroupRows, Math.max(1, vectors) * vectorRows);
  const dictionaries = columns > wideColumns ? ', DICTIONARY_SIZE_LIMIT 1' : '';
  const options = `FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2, ROW_GROUP_SIZE ${groupRows}${dictionaries}`;
  return `COPY (${query}) TO ${sqlText(target)} (${options})`;
}

/**
 * Writes a scanned CSV file as Parquet (zstd); answers its rows.
 * @param ahead a load that was begun before the scan ended, used where it turns out to be the right one
 * @throws GalleyError `data.unreadable` where DuckDB reads it otherwise than the scan did
 */
export async function loadCsv(
  file: CsvFile,
  schema: readonly SchemaColumn[],
  rules: ReadingRules,
  target: string,
  context: ReadContext,
  ahead?: LoadAhead,
): Promise<number> {
  const query = csvQuery(file, schema, rules);
  try {
    if (ahead?.query === query) {
      await ahead.moveTo(target);
    } else {
      await ahead?.drop();
      await runWatched(context, copyStatement(query, target, schema.length), 'loading');
    }
  } catch (cause) {
    throw loadError(file, cause);
  }
  const counted = await context.connection.runAndReadAll(
    `SELECT count(*)::DOUBLE FROM read_parquet(${sqlText(target)})`,
  );
  const rows = Number(counted.getRows()[0]?.[0]);
  if (rows !== file.scan.rows) {
    throw new GalleyError(
      'data.unreadable',
      `${file.source.name} has ${file.scan.rows} rows by its lines but ${rows} as it was read; nothing was added.`,
      { details: { file: file.source.name, counted: file.scan.rows, read: rows } },
    );
  }
  return rows;
}

function loadError(file: CsvFile, cause: unknown): unknown {
  if (cause instanceof GalleyError || isDiskFull(cause)) return cause;
  const words = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
  const reason = words.replaceAll(file.readable, file.source.name);
  return new GalleyError('data.unreadable', `${file.source.name} could not be read: ${reason}`, {
    cause,
    details: { file: file.source.name },
  });
}
