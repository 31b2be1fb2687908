import { GalleyError } from '../../base/errors.ts';
import { sqlName, sqlText } from '../../store/duck.ts';
import { duckType, type SchemaColumn } from '../schema.ts';
import type { CsvDialect } from './csv-dialect.ts';
import type { CsvFile } from './csv-file.ts';
import type { CsvScan } from './csv-scan.ts';
import type { SeenKinds } from './csv-types.ts';
import type { LoadAhead } from './load-ahead.ts';
import { isDiskFull, type ReadContext, runWatched } from './read-context.ts';

/** Rows that DuckDB works on at a time, and the most that it puts into a row group by itself. */
const vectorRows = 2048;
const mostGroupRows = 122_880;
const cellsPerGroup = 5_000_000;
const defaultLineBytes = 2_000_000;
const defaultBufferBytes = 32_000_000;

/** How DuckDB reads one column: as text where its own cast would lose something, else by type. */
function columnPlan(file: ReadableCsv, place: number, column: SchemaColumn): { read: string; select: string } {
  const seen = file.scan.seen[place];
  const name = `c${place}`;
  if (column.type === 'timestamp' && seen?.has('zonedTimestamp')) {
    return { read: 'VARCHAR', select: `make_timestamp(epoch_us(${name}::TIMESTAMPTZ))` };
  }
  if (column.type !== 'text' && seen?.has('blank')) {
    return { read: 'VARCHAR', select: `nullif(trim(${name}, ' \t'), '')::${duckType(column)}` };
  }
  return { read: duckType(column), select: name };
}

/** What SQL for a CSV file depends on. */
export interface ReadableCsv {
  readable: string;
  dialect: Pick<CsvDialect, 'delimiter' | 'names' | 'skippedLines' | 'hasHeader'>;
  scan: Pick<CsvScan, 'irregular' | 'longestRecord'> & { seen: readonly SeenKinds[] };
}

/** SQL that reads a CSV file with the columns, types and order of a schema. */
export function csvQuery(file: ReadableCsv, schema: readonly SchemaColumn[]): string {
  const { dialect, scan } = file;
  const places = new Map(dialect.names.map((name, index) => [name, index]));
  const reads = dialect.names.map(() => 'VARCHAR');
  const selects = schema.map((column) => {
    const place = places.get(column.name) as number;
    const plan = columnPlan(file, place, column);
    reads[place] = plan.read;
    return `${plan.select} AS ${sqlName(column.name)}`;
  });
  const isPlain = scan.irregular;
  const lineBytes = Math.max(defaultLineBytes, scan.longestRecord + 1024);
  const options = [
    'auto_detect = false',
    `columns = {${reads.map((type, index) => `'c${index}': '${type}'`).join(', ')}}`,
    `delim = ${sqlText(dialect.delimiter)}`,
    `quote = '"'`,
    `escape = '"'`,
    `skip = ${isPlain ? 0 : dialect.skippedLines}`,
    `header = ${dialect.hasHeader && !isPlain}`,
    'strict_mode = true',
    `max_line_size = ${lineBytes}`,
    `buffer_size = ${Math.max(defaultBufferBytes, 2 * lineBytes)}`,
  ];
  return `SELECT ${selects.join(', ')} FROM read_csv(${sqlText(file.readable)}, ${options.join(', ')})`;
}

/**
 * The statement that writes what a query answers as Parquet. The encodings of version 2 take less time to write and to read
 * and less room. The writer holds a group of rows of all columns, so that wide tables have shorter groups.
 */
export function copyStatement(query: string, target: string, columns: number): string {
  const vectors = Math.floor(cellsPerGroup / columns / vectorRows);
  const groupRows = Math.min(mostGroupRows, Math.max(1, vectors) * vectorRows);
  const options = `FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2, ROW_GROUP_SIZE ${groupRows}`;
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
  target: string,
  context: ReadContext,
  ahead?: LoadAhead,
): Promise<number> {
  const query = csvQuery(file, schema);
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
  const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
  return new GalleyError('data.unreadable', `${file.source.name} could not be read: ${reason}`, {
    cause,
    details: { file: file.source.name },
  });
}
