import { GalleyError } from '../../base/errors.ts';
import type { ImportOptions } from '../../contract/import-options.ts';
import type { Problem } from '../../contract/values.ts';

/** How a CSV file is written. */
export interface CsvDialect {
  delimiter: string;
  /** Lines before the header: blank ones and Excel's `sep=` line. */
  skippedLines: number;
  hasHeader: boolean;
  /** Column names as they will stand in the schema: trimmed, not empty, unique without regard to case. */
  names: string[];
  /** Bytes and lines before the first data record. */
  dataOffset: number;
  dataLine: number;
  warnings: Problem[];
}

interface HeadRecord {
  cells: string[];
  /** Characters and lines up to the end of the record, line end included. */
  end: number;
  lines: number;
}

const delimiters = [',', ';', '\t', '|'] as const;
const noDelimiter = '\0';
const recordsLookedAt = 50;
const numberPattern = /^\s*[-+]?(\d+([.,]\d*)?|[.,]\d+)([eE][-+]?\d+)?\s*$/;

/** The first whole records of a text; the last needs no line end where the text is `complete`. */
function headRecords(text: string, delimiter: string, complete: boolean, most: number): HeadRecord[] {
  const records: HeadRecord[] = [];
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  let lines = 0;
  for (let index = 0; index < text.length && records.length < most; index++) {
    const character = text[index] as string;
    if (character === '\n' || (character === '\r' && text[index + 1] !== '\n')) lines++;
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[index + 1] === '"') {
        cell += '"';
        index++;
      } else quoted = false;
    } else if (character === '"' && cell.trim() === '') {
      quoted = true;
      cell = '';
    } else if (character === delimiter) {
      cells.push(cell);
      cell = '';
    } else if (character === '\n' || character === '\r') {
      if (character === '\r' && text[index + 1] === '\n') {
        index++;
        lines++;
      }
      records.push({ cells: [...cells, cell], end: index + 1, lines });
      cells = [];
      cell = '';
    } else cell += character;
  }
  if (complete && !quoted && records.length < most && (cell !== '' || cells.length > 0)) {
    records.push({ cells: [...cells, cell], end: text.length, lines: lines + 1 });
  }
  return records;
}

function isBlank(record: HeadRecord): boolean {
  return record.cells.length === 1 && record.cells[0]?.trim() === '';
}

/** The delimiter under which most of the first records have as many cells as the header, and the header most cells. */
function guessDelimiter(text: string, complete: boolean): string {
  let best = { delimiter: ',', agreeing: 0, cells: 1 };
  for (const delimiter of delimiters) {
    const records = headRecords(text, delimiter, complete, recordsLookedAt).filter((record) => !isBlank(record));
    const cells = records[0]?.cells.length ?? 0;
    if (cells < 2) continue;
    const agreeing = records.filter((record) => record.cells.length === cells).length / records.length;
    if (agreeing > best.agreeing || (agreeing === best.agreeing && cells > best.cells)) {
      best = { delimiter, agreeing, cells };
    }
  }
  return best.delimiter;
}

/** Names that are not empty and differ in more than case, with a warning for each that had to change. */
export function uniqueNames(written: readonly string[], line: number): { names: string[]; warnings: Problem[] } {
  const taken = new Set<string>();
  const warnings: Problem[] = [];
  const wanted = new Set(written.map((name) => name.trim().toLowerCase()));
  const names = written.map((original, index) => {
    const base = original.trim() === '' ? `column_${index + 1}` : original.trim();
    let name = base;
    for (let suffix = 2; taken.has(name.toLowerCase()); suffix++) {
      name = `${base}_${suffix}`;
      if (wanted.has(name.toLowerCase())) name = base;
    }
    taken.add(name.toLowerCase());
    if (name !== original.trim()) {
      const code = original.trim() === '' ? 'data.empty_column_name' : 'data.duplicate_column_name';
      const reason = original.trim() === '' ? 'has no name' : `has the name "${original.trim()}" again`;
      warnings.push({ code, message: `Column ${index + 1} ${reason}; it is now "${name}".`, line, column: name });
    }
    return name;
  });
  return { names, warnings };
}

/** As much of the first bytes of a CSV file as ends with a whole record. */
export function wholeRecords(head: Buffer): Buffer {
  const text = head.toString('utf8');
  const marked = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const records = headRecords(marked, guessDelimiter(marked, false), false, Number.POSITIVE_INFINITY);
  return Buffer.from(marked.slice(0, records.at(-1)?.end ?? marked.length));
}

/** Delimiter that Excel's first line `sep=;` declares. */
function declaredDelimiter(record: HeadRecord | undefined): string | undefined {
  return /^sep=(.)$/.exec(record?.cells[0]?.trim() ?? '')?.[1];
}

/**
 * Guesses how a CSV file is written from its first characters.
 * @param text without a byte order mark
 * @param complete true where the text is the whole file
 * @throws GalleyError `data.no_rows` where there is nothing but a header, `data.unterminated_quote`
 */
export function guessDialect(
  text: string,
  complete: boolean,
  fileName: string,
  options: ImportOptions = {},
): CsvDialect {
  const plain = headRecords(text, noDelimiter, complete, 1);
  const declared = declaredDelimiter(plain[0]);
  const start = declared === undefined ? 0 : (plain[0] as HeadRecord).end;
  const delimiter = options.delimiter ?? declared ?? guessDelimiter(text, complete);
  const body = text.slice(start);
  const records = headRecords(body, delimiter, complete, recordsLookedAt);
  const headerIndex = records.findIndex((record) => !isBlank(record));
  const header = records[headerIndex];
  if (!header) throw noRecords(text, complete, fileName);
  const linesBefore = (records[headerIndex - 1]?.lines ?? 0) + (declared === undefined ? 0 : 1);
  const hasHeader = !header.cells.every((cell) => numberPattern.test(cell));
  const rest = body.slice(records.at(-1)?.end ?? 0).trim();
  if (hasHeader && complete && rest === '' && records.slice(headerIndex + 1).every(isBlank)) {
    throw new GalleyError('data.no_rows', `${fileName} has a header but no row.`, { details: { file: fileName } });
  }
  const { names, warnings } = uniqueNames(hasHeader ? header.cells : header.cells.map(() => ''), linesBefore + 1);
  const before = text.slice(0, start) + body.slice(0, hasHeader ? header.end : (records[headerIndex - 1]?.end ?? 0));
  return {
    delimiter,
    skippedLines: linesBefore,
    hasHeader,
    names,
    dataOffset: Buffer.byteLength(before),
    dataLine: hasHeader ? header.lines + (declared === undefined ? 0 : 1) + 1 : linesBefore + 1,
    warnings: hasHeader
      ? warnings
      : [
          {
            code: 'data.no_header',
            message: `${fileName} begins with numbers: its columns are named ${names[0]} to ${names.at(-1)}.`,
            line: linesBefore + 1,
          },
        ],
  };
}

function noRecords(text: string, complete: boolean, fileName: string): GalleyError {
  if (text.trim() === '') {
    return new GalleyError('data.empty_file', `${fileName} holds nothing but blank lines.`, {
      details: { file: fileName },
    });
  }
  const line = text.slice(0, Math.max(0, text.search(/"/))).split('\n').length;
  const reason = complete ? 'never ends' : 'does not end within the first megabyte';
  return new GalleyError('data.unterminated_quote', `Line ${line}: a quoted cell begins in the header and ${reason}.`, {
    details: { lines: [line], file: fileName },
  });
}
