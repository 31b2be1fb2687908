import type { Problem } from '../../contract/values.ts';
import { sqlName, sqlText } from '../../store/duck.ts';
import type { SchemaColumn } from '../schema.ts';
import type { CellsWriter, TextCells } from './cells-writer.ts';
import { type ColumnReading, columnReading } from './csv-columns.ts';
import { copyStatement } from './csv-load.ts';
import { mergeSeen, type SeenKinds } from './csv-types.ts';
import type { LineSteps } from './line-steps.ts';
import { type ReadContext, runWatched } from './read-context.ts';
import type { DecimalMark, ReadingRules } from './reading-rules.ts';
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
  /** What each column holds, its texts among it. */
  seen: readonly SeenKinds[];
  /** What each column holds at its own place. */
  values: readonly SeenKinds[];
  /** By column: texts that stand apart. */
  texts: readonly (TextCells | undefined)[];
  /** Of numbers in texts. */
  decimal: DecimalMark;
  lines: LineSteps;
  rows: number;
  longestRow: number;
  /** What a place in the file is called in messages. */
  unit: 'line' | 'row';
  /** Of the source's own bytes. */
  md5: string;
  warnings: Problem[];
  /** Of a workbook: names of all its sheets, the one that was read, and how. */
  sheet?: { all: string[]; name: string; hasHeader: boolean; skippedLines: number };
}

const defaultLineBytes = 2_000_000;
const bytesPerCharacter = 4;

/** Which columns of what was written make the table: all, or those that a test lets through. */
export function columnsOf(
  writer: Pick<CellsWriter, 'names' | 'seen' | 'texts' | 'lines'>,
  isColumn: (name: string, place: number) => boolean = () => true,
): Pick<CellsFile, 'names' | 'places' | 'width' | 'seen' | 'values' | 'texts' | 'lines'> {
  const apart = new Set([...writer.texts.values()].map(({ place }) => place));
  const places = [...writer.names.keys()].filter(
    (place) => !apart.has(place) && isColumn(writer.names[place] as string, place),
  );
  const values = places.map((place) => writer.seen[place] as SeenKinds);
  const texts = places.map((place) => writer.texts.get(place));
  return {
    names: places.map((place) => writer.names[place] as string),
    places,
    width: writer.names.length,
    seen: values.map((seen, index) => mergeSeen(seen, texts[index]?.seen ?? new Map())),
    values,
    texts,
    lines: writer.lines,
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

/** How one place of a column is read. */
export interface CellReading extends ColumnReading {
  name: string;
  place: number;
}

/** How each column of a schema is read from its own place and, where there is one, from that of its texts. */
export function cellReadings(
  file: CellsFile,
  schema: readonly SchemaColumn[],
  rules: ReadingRules,
): [values: CellReading, texts?: CellReading][] {
  const indices = new Map(file.names.map((name, index) => [name, index]));
  return schema.map((column) => {
    const { name } = column;
    const index = indices.get(name) as number;
    const readingAt = (place: number, seen: SeenKinds, decimal: DecimalMark) => ({
      ...columnReading(column, { cell: `c${place}`, name, seen, decimal, rules }),
      name,
      place,
    });
    const values = readingAt(file.places[index] as number, file.values[index] as SeenKinds, '.');
    const apart = file.texts[index];
    return apart === undefined ? [values] : [values, readingAt(apart.place, apart.seen, file.decimal)];
  });
}

/** SQL that reads the cells with the columns, types and order of a schema that fits them. */
export function cellsQuery(file: CellsFile, schema: readonly SchemaColumn[], rules: ReadingRules): string {
  const types = new Array<string>(file.width).fill('VARCHAR');
  const readings = cellReadings(file, schema, rules);
  for (const { place, read } of readings.flat() as CellReading[]) types[place] = read;
  const selects = readings.map(([values, texts]) => {
    const value = texts === undefined ? values.value : `coalesce(${values.value}, ${texts.value})`;
    return `${value} AS ${sqlName(values.name)}`;
  });
  return `SELECT ${selects.join(', ')} FROM ${cellsTable(file.readable, types, file.longestRow)}`;
}

/** Writes the cells as Parquet; answers the rows. */
export async function loadCells(
  file: CellsFile,
  schema: readonly SchemaColumn[],
  rules: ReadingRules,
  target: string,
  context: ReadContext,
): Promise<number> {
  await runWatched(context, copyStatement(cellsQuery(file, schema, rules), target, schema.length), 'loading');
  return file.rows;
}
