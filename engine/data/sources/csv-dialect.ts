import { GalleyError } from '../../base/errors.ts';
import type { ImportOptions } from '../../contract/import-options.ts';
import type { Problem } from '../../contract/values.ts';
import { guessLayout, guessQuote } from './csv-guess.ts';
import { type HeadRecord, headRecords, isBlank } from './csv-head.ts';
import type { LineEnd } from './csv-scan.ts';
import { uniqueNames } from './unique-names.ts';

/** How a CSV file is written. */
export interface CsvDialect {
  delimiter: string;
  /** Empty where cells have none around them. */
  quote: string;
  /** Lines before the header: blank ones, a title, Excel's `sep=` line. */
  skippedLines: number;
  hasHeader: boolean;
  /** Column names as they will stand in the schema: trimmed, not empty, unique without regard to case. */
  names: string[];
  /** Bytes and lines before the first data record. */
  dataOffset: number;
  dataLine: number;
  /** How the last line before the data ended; undefined where there is none. */
  headerEnd: LineEnd | undefined;
  /** True where DuckDB finds the data by itself. */
  isPlain: boolean;
  /** Lines above the header that were left out although they hold something. */
  title: { line: number; text: string }[];
  warnings: Problem[];
}

const noDelimiter = '\0';
const recordsLookedAt = 50;
const numberPattern = /^\s*[-+]?(\d+([.,]\d*)?|[.,]\d+)([eE][-+]?\d+)?\s*$/;
const lineEnds = /\r\n|\n|\r/g;

/** Delimiter that Excel's first line `sep=;` declares. */
function declaredDelimiter(record: HeadRecord | undefined): string | undefined {
  return /^sep=(.)$/.exec(record?.cells[0]?.trim() ?? '')?.[1];
}

/** Place behind so many lines of a text. */
function behindLines(text: string, lines: number): number {
  let place = 0;
  lineEnds.lastIndex = 0;
  for (let line = 0; line < lines; line++) {
    if (lineEnds.exec(text) === null) return text.length;
    place = lineEnds.lastIndex;
  }
  return place;
}

function countLines(text: string): number {
  return text.match(lineEnds)?.length ?? 0;
}

function lineEndOf(text: string): LineEnd | undefined {
  if (text.endsWith('\r\n')) return 'both';
  if (text.endsWith('\n')) return 'lineFeed';
  return text.endsWith('\r') ? 'carriageReturn' : undefined;
}

/** How many of the three kinds of line end a text has. */
function kindsOfLineEnd(text: string): number {
  return new Set(text.match(lineEnds)).size;
}

/** True of a record that DuckDB's strict reader takes for a header: no line end in it, quotes only around whole cells. */
function isPlainRecord(text: string, delimiter: string, quote: string): boolean {
  if (/[\r\n]/.test(text)) return false;
  if (quote === '' || !text.includes(quote)) return true;
  const [mark, edge] = [quote, delimiter].map((character) => character.replace(/[\\^$.|?*+()[\]{}-]/, '\\$&'));
  const cell = `(?:${mark}(?:[^${mark}]|${mark}${mark})*${mark}|[^${mark}${edge}]*)`;
  return new RegExp(`^${cell}(?:${edge}${cell})*$`).test(text);
}

/** The lines of a title that hold something. */
function titleLines(text: string): CsvDialect['title'] {
  return text
    .split(lineEnds)
    .map((line, index) => ({ line: index + 1, text: line }))
    .filter((line) => line.text.trim() !== '' && !/^sep=.$/.test(line.text.trim()));
}

/**
 * Guesses how a CSV file is written from its first characters, as far as it is not given.
 * @param text without a byte order mark
 * @param complete true where the text is the whole file
 * @throws GalleyError `data.no_rows` where there is nothing but a header, `data.empty_file`, `data.unterminated_quote`
 */
export function guessDialect(
  text: string,
  complete: boolean,
  fileName: string,
  options: ImportOptions = {},
): CsvDialect {
  const quote = options.quote ?? guessQuote(text);
  const [first] = headRecords(text, { delimiter: noDelimiter, quote, complete, most: 1 });
  const declared = declaredDelimiter(first);
  const start = Math.max(
    declared === undefined ? 0 : (first as HeadRecord).end,
    behindLines(text, options.skipLines ?? 0),
  );
  const body = text.slice(start);
  const layout = guessLayout(body, { quote, complete }, options.delimiter ?? declared);
  const { delimiter } = layout;
  const title = options.skipLines === undefined ? layout.title : 0;
  const records = headRecords(body, { delimiter, quote, complete, most: recordsLookedAt });
  const headerIndex = records.findIndex((record, index) => index >= title && !isBlank(record));
  const header = records[headerIndex];
  if (!header) throw noRecords(text, complete, fileName, quote);
  const hasHeader = options.header ?? !header.cells.every((cell) => numberPattern.test(cell));
  const above = text.slice(0, start + header.from);
  const before = text.slice(0, start + (hasHeader ? header.end : header.from));
  const headerLine = countLines(above) + 1;
  if (
    hasHeader &&
    complete &&
    records.slice(headerIndex + 1).every(isBlank) &&
    body.slice(records.at(-1)?.end).trim() === ''
  ) {
    throw new GalleyError('data.no_rows', `${fileName} has a header but no row.`, { details: { file: fileName } });
  }
  const { names, warnings } = uniqueNames(hasHeader ? header.cells : header.cells.map(() => ''), headerLine);
  if (!hasHeader) warnings.length = 0;
  if (!hasHeader && options.header === undefined) warnings.push(noHeader(fileName, names, headerLine));
  const written = body.slice(header.from, header.end).replace(/[\r\n]+$/, '');
  return {
    delimiter,
    quote,
    skippedLines: headerLine - 1,
    hasHeader,
    names,
    dataOffset: Buffer.byteLength(before),
    dataLine: countLines(before) + 1,
    headerEnd: lineEndOf(before),
    isPlain:
      !(quote !== '' && above.includes(quote)) &&
      kindsOfLineEnd(before) < 2 &&
      (!hasHeader || isPlainRecord(written, delimiter, quote)),
    title: titleLines(above),
    warnings: [...warnings, ...titleWarnings(above)],
  };
}

function noHeader(fileName: string, names: readonly string[], line: number): Problem {
  const message = `${fileName} is read as having no header: its columns are named ${names[0]} to ${names.at(-1)}.`;
  return { code: 'data.no_header', message, line };
}

function titleWarnings(above: string): Problem[] {
  const lines = titleLines(above).map(({ line }) => line);
  if (lines.length === 0) return [];
  const which =
    lines.length === 1
      ? `Line ${lines[0]} stands above the header and was`
      : `Lines ${lines[0]} to ${lines.at(-1)} stand above the header and were`;
  return [{ code: 'data.skipped_lines', message: `${which} left out.`, line: lines[0] as number }];
}

function noRecords(text: string, complete: boolean, fileName: string, quote: string): GalleyError {
  if (text.trim() === '') {
    return new GalleyError('data.empty_file', `${fileName} holds nothing but blank lines.`, {
      details: { file: fileName },
    });
  }
  const line = text.slice(0, Math.max(0, text.indexOf(quote))).split('\n').length;
  const reason = complete ? 'never ends' : 'does not end within the first megabyte';
  return new GalleyError('data.unterminated_quote', `Line ${line}: a quoted cell begins in the header and ${reason}.`, {
    details: { lines: [line], file: fileName },
  });
}
