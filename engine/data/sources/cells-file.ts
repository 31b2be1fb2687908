import type { Problem } from '../../contract/values.ts';
import { sqlName, sqlText } from '../../store/duck.ts';
import { duckType, type SchemaColumn } from '../schema.ts';
import type { CellsWriter } from './cells-writer.ts';
import { copyStatement } from './csv-load.ts';
import type { SeenKinds } from './csv-types.ts';
import { type ReadContext, runWatched } from './read-context.ts';
import type { SourceFile } from './source-file.ts';

/** A file of JSON or of a spreadsheet: its cells were written out as text, and what each column can be is known. */
export interface CellsFile {
  source: SourceFile;
  /** What `CellsWriter` wrote. */
  readable: string;
  names: string[];
  /** Where each column stands in `readable`, which has `width` columns. */
  places: number[];
  width: number;
  seen: readonly SeenKinds[];
  rows: number;
  longestRow: number;
  /** What a place in the file is called in messages. */
  unit: 'line' | 'row';
  /** Of the source's own bytes. */
  md5: string;
  warnings: Problem[];
  /** Names of all sheets, where the file is a workbook. */
  sheets?: string[];
}

const defaultLineBytes = 2_000_000;
const bytesPerCharacter = 4;

/** Which columns of what was written make the table: all, or those that a test lets through. */
export function columnsOf(
  writer: Pick<CellsWriter, 'names' | 'seen'>,
  isColumn: (name: string, place: number) => boolean = () => true,
): Pick<CellsFile, 'names' | 'places' | 'width' | 'seen'> {
  const places = [...writer.names.keys()].filter((place) => isColumn(writer.names[place] as string, place));
  return {
    names: places.map((place) => writer.names[place] as string),
    places,
    width: writer.names.length,
    seen: places.map((place) => writer.seen[place] as SeenKinds),
  };
}

/** `read_csv(…)` over what `CellsWriter` wrote; the columns are `c0`, `c1`, … of the given types. */
export function cellsTable(path: string, types: readonly string[], longestRow: number): string {
  const lineBytes = Math.max(defaultLineBytes, longestRow * bytesPerCharacter + 1024);
  const options = [
    'auto_detect = false',
    `columns = {${types.map((type, index) => `'c${index}': '${type}'`).join(', ')}}`,
    `delim = ','`,
    `quote = '"'`,
    `escape = '"'`,
    'header = false',
    `new_line = '\\n'`,
    `nullstr = '\\N'`,
    'allow_quoted_nulls = false',
    'null_padding = true',
    'parallel = false',
    'strict_mode = true',
    `max_line_size = ${lineBytes}`,
    `buffer_size = ${Math.max(16 * defaultLineBytes, 2 * lineBytes)}`,
  ];
  return `read_csv(${sqlText(path)}, ${options.join(', ')})`;
}

/** SQL that reads the cells with the columns, types and order of a schema that fits them. */
export function cellsQuery(file: CellsFile, schema: readonly SchemaColumn[]): string {
  const types = new Array<string>(file.width).fill('VARCHAR');
  const indices = new Map(file.names.map((name, index) => [name, index]));
  const selects = schema.map((column) => {
    const index = indices.get(column.name) as number;
    const place = file.places[index] as number;
    const isZoned = column.type === 'timestamp' && file.seen[index]?.has('zonedTimestamp');
    const isInfinite = file.seen[index]?.has('infinity');
    if (!isZoned && !isInfinite) types[place] = duckType(column);
    if (isInfinite) return `c${place}::${duckType(column)} AS ${sqlName(column.name)}`;
    return `${isZoned ? `make_timestamp(epoch_us(c${place}::TIMESTAMPTZ))` : `c${place}`} AS ${sqlName(column.name)}`;
  });
  return `SELECT ${selects.join(', ')} FROM ${cellsTable(file.readable, types, file.longestRow)}`;
}

/** Writes the cells as Parquet; answers the rows. */
export async function loadCells(
  file: CellsFile,
  schema: readonly SchemaColumn[],
  target: string,
  context: ReadContext,
): Promise<number> {
  await runWatched(context, copyStatement(cellsQuery(file, schema), target, schema.length), 'loading');
  return file.rows;
}
