import { setImmediate as turn } from 'node:timers/promises';
import { GalleyError } from '../../../base/errors.ts';
import type { ImportOptions } from '../../../contract/import-options.ts';
import type { Problem } from '../../../contract/values.ts';
import { type CellsFile, columnsOf } from '../cells-file.ts';
import { CellsWriter } from '../cells-writer.ts';
import { md5Of } from '../md5.ts';
import type { ReadContext } from '../read-context.ts';
import type { SourceFile } from '../source-file.ts';
import { stagingFile } from '../staging-file.ts';
import { uniqueNames } from '../unique-names.ts';
import { JsonReader } from './json-reader.ts';
import { type JsonShape, shapeOf } from './json-shape.ts';
import { checkDepth, compactValue, eachMember, kindOfText, wordValue } from './json-value.ts';

const bytesPerTurn = 1 << 20;
/** An object of lists is turned into rows in memory. */
const mostColumnBytes = 64 << 20;

const openBrace = 0x7b;
const openBracket = 0x5b;
const quote = 0x22;

/** Writes one value into a cell; an object into a cell for each of its members, a list as JSON text. */
class RowReader {
  /** Columns that hold lists, with the line of the first one. */
  readonly lists = new Map<string, number>();
  readonly #reader: JsonReader;
  readonly #writer: CellsWriter;

  constructor(reader: JsonReader, writer: CellsWriter) {
    this.#reader = reader;
    this.#writer = writer;
  }

  object(prefix: string, depth: number): void {
    checkDepth(this.#reader, depth);
    eachMember(this.#reader, (name) => this.value(prefix + name, depth + 1));
  }

  value(name: string, depth: number): void {
    const reader = this.#reader;
    const next = reader.peek();
    if (next === openBrace) {
      this.object(`${name}.`, depth);
      return;
    }
    const { line } = reader;
    const place = this.#writer.column(name);
    const cell =
      next === quote
        ? textCell(reader.text())
        : next === openBracket
          ? { kind: 'text' as const, text: compactValue(reader, depth) }
          : wordValue(reader);
    if (cell === undefined) return;
    if (next === openBracket && !this.lists.has(name)) this.lists.set(name, line);
    if (!this.#writer.set(place, cell.kind, cell.text, line)) {
      throw new GalleyError('data.duplicate_key', `Line ${line}: one object has two values for "${name}".`, {
        details: { lines: [line], column: name },
      });
    }
  }
}

function textCell(text: string) {
  return { kind: kindOfText(text), text };
}

/** Places the reader before the first row. */
function enter(reader: JsonReader, shape: JsonShape, skip: (depth: number) => void): void {
  if (shape.kind === 'list') reader.takes('[');
  if (shape.kind !== 'wrapped') return;
  reader.takes('{');
  do {
    const name = reader.text();
    reader.takes(':');
    if (name === shape.member && reader.takes('[')) return;
    skip(1);
  } while (reader.takes(','));
}

/** True where another row comes; takes what stands between two rows. */
function isNext(reader: JsonReader, shape: JsonShape, isFirst: boolean): boolean {
  if (shape.kind === 'objects') return reader.peek() !== -1;
  if (isFirst) return !reader.takes(']');
  return reader.either(',', ']');
}

async function readRows(
  reader: JsonReader,
  shape: JsonShape,
  writer: CellsWriter,
  source: SourceFile,
  context: ReadContext,
): Promise<RowReader> {
  const rows = new RowReader(reader, writer);
  enter(reader, shape, (depth) => compactValue(reader, depth));
  let nextTurn = bytesPerTurn;
  while (isNext(reader, shape, writer.rows === 0)) {
    if (reader.peek() !== openBrace) {
      throw new GalleyError(
        'data.not_tabular',
        `Line ${reader.line} of ${source.name}: each row must be an object with names, like {"a": 1}.`,
        { details: { file: source.name, lines: [reader.line] } },
      );
    }
    const { line } = reader;
    rows.object('', 1);
    writer.endRow(line);
    if (writer.rows === context.headRows) return rows;
    if (reader.offset < nextTurn) continue;
    nextTurn = reader.offset + bytesPerTurn;
    context.progress('reading', reader.offset, source.bytes);
    await turn();
    context.throwIfCanceled();
  }
  if (shape.kind === 'list' && reader.peek() !== -1) throw reader.error('something follows after the end of the list.');
  return rows;
}

/** Turns an object of lists into rows. */
function readColumns(reader: JsonReader, writer: CellsWriter, source: SourceFile): void {
  if (source.bytes > mostColumnBytes) {
    throw new GalleyError(
      'data.part_too_large',
      `${source.name} keeps its columns as lists, which Galley reads up to 64 MB; write it as one object a line.`,
      { details: { file: source.name, bytes: source.bytes } },
    );
  }
  const columns = new Map<
    number,
    ({ kind: ReturnType<typeof kindOfText>; text: string; line: number } | undefined)[]
  >();
  eachMember(reader, (name) => {
    const place = writer.column(name);
    if (columns.has(place)) throw reader.error(`there are two lists named "${name}".`);
    const cells: ReturnType<(typeof columns)['get']> & {} = [];
    reader.takes('[');
    if (!reader.takes(']')) {
      do {
        const { line } = reader;
        const cell = reader.peek() === quote ? textCell(reader.text()) : wordValue(reader);
        cells.push(cell && { ...cell, line });
      } while (reader.either(',', ']'));
    }
    columns.set(place, cells);
  });
  const rows = [...columns.values()][0]?.length ?? 0;
  for (let row = 0; row < rows; row++) {
    let first: number | undefined;
    for (const [place, cells] of columns) {
      const cell = cells[row];
      if (!cell) continue;
      first ??= cell.line;
      writer.set(place, cell.kind, cell.text, cell.line);
    }
    writer.endRow(first);
  }
}

/** True where `null` stands for an object that other rows have, whose members are the columns. */
function isOnlyNull({ names, seen }: CellsWriter, name: string, place: number): boolean {
  return seen[place]?.size === 0 && names.some((other) => other.startsWith(`${name}.`));
}

function listWarnings(lists: ReadonlyMap<string, number>): Problem[] {
  return [...lists].map(([column, line]) => ({
    code: 'data.list_as_text',
    message: `Column "${column}" holds lists; they are kept as JSON text.`,
    line,
    column,
  }));
}

/**
 * Reads JSON: a list of objects, objects one after the other (NDJSON), one of these within an object, or an object of
 * lists. Objects within rows become columns `a.b`; lists within rows become text.
 * @throws GalleyError `data.malformed_json`, `data.not_tabular`, `data.too_deep`, `data.duplicate_key`, `data.no_rows`,
 * `data.too_many_columns`, `data.part_too_large`, `data.invalid_encoding`
 */
export async function readJsonFile(
  source: SourceFile,
  context: ReadContext,
  options: ImportOptions = {},
): Promise<CellsFile> {
  const shape = shapeOf(source.path, source.name);
  const readable = stagingFile(context, 'cells');
  const reader = new JsonReader(source.path, source.name);
  const writer = new CellsWriter(readable, source.name, options);
  let lists: ReadonlyMap<string, number> = new Map();
  try {
    if (shape.kind === 'columns') readColumns(reader, writer, source);
    else lists = (await readRows(reader, shape, writer, source, context)).lists;
  } finally {
    reader.close();
    writer.close();
  }
  if (writer.rows === 0 || writer.names.length === 0) {
    throw new GalleyError('data.no_rows', `${source.name} holds no row with a value.`, {
      details: { file: source.name },
    });
  }
  const columns = columnsOf(writer, (name, place) => !isOnlyNull(writer, name, place));
  const { names, warnings } = uniqueNames(columns.names, 1);
  const { rows, longestRow } = writer;
  return {
    source,
    readable,
    ...columns,
    names,
    rows,
    longestRow,
    unit: 'line',
    decimal: options.decimal ?? '.',
    md5: await md5Of(source.path, context, source.bytes),
    warnings: [...warnings, ...listWarnings(lists)],
  };
}
