import { GalleyError } from '../../base/errors.ts';
import type { ImportOptions } from '../../contract/import-options.ts';
import { isDay, isDayAndTime, kindOfFloat, kindOfInteger } from './cell-values.ts';
import { defaultMissingWords, wordOf } from './cell-words.ts';
import {
  blankStates,
  buildTable,
  type CellKind,
  type CsvCharacters,
  cellKinds,
  events,
  exponentStates,
  firstEvent,
  kindOfState,
  quotedText,
  states,
  textStates,
} from './csv-automaton.ts';
import { LineSteps } from './line-steps.ts';

const mostBadLines = 20;

/** Where a kind of cell was first seen in a column, and its text. */
export interface Sighting {
  line: number;
  text: string;
}

/** A record with fewer or more cells than the header. */
export interface RaggedRecord {
  /** Its first line. */
  line: number;
  cells: number;
}

export type LineEnd = 'lineFeed' | 'carriageReturn' | 'both';

/** What a whole CSV file holds. */
export interface CsvScan {
  rows: number;
  columns: number;
  /** By column: the first cell of each kind that it has. */
  seen: Map<CellKind, Sighting>[];
  /** True where DuckDB's reader needs a copy of the file with plain line ends and quotes. */
  irregular: boolean;
  /** Bytes of the longest record. */
  longestRecord: number;
  blankLines: number;
  /** Records that were padded or left out. */
  ragged: readonly RaggedRecord[];
  /** The line in which each row begins. */
  lines: LineSteps;
}

export interface ScanOptions extends CsvCharacters {
  /** Cells of each record. */
  columns: number;
  /** Of the first byte that is fed; 1-based. */
  firstLine: number;
  /** How the header's line ended. */
  headerEnd?: LineEnd | undefined;
  /** What becomes of ragged records; `pad` takes those that lack cells and refuses the others. */
  ragged?: ImportOptions['ragged'];
  /** Lines of records whose cells tell nothing. */
  ignored?: ReadonlySet<number>;
  /** Words for a missing value. */
  missing?: readonly string[] | undefined;
}

/** Lengths from which a cell must be looked at: one that is always looked at, and one that never is. */
const always = 0;
const never = 0xffff;
/** Integers of fewer characters keep all their digits in float64. */
const longInteger = 16;
/** Numbers without an exponent and of fewer characters do not leave the range of float64. */
const longFloat = 300;

/** By state: the length from which a cell is looked at although its kind was seen in its column before. */
const lengthLimits = Uint16Array.from(kindOfState, (kind, state) => {
  switch (cellKinds[kind]) {
    case 'date':
    case 'timestamp':
    case 'zonedTimestamp':
      return always;
    case 'integer':
      return longInteger;
    case 'float':
      return exponentStates.has(state) ? always : longFloat;
    default:
      return never;
  }
});

/**
 * Reads a CSV file's data records chunk by chunk.
 * @throws GalleyError `data.ragged_rows`, `data.unterminated_quote`, `data.malformed_quote`, `data.binary_or_nul`, each
 * naming the line
 */
export class CsvScanner {
  readonly #table: Uint8Array;
  readonly #columns: number;
  readonly #seen: Map<CellKind, Sighting>[];
  /** By column and state: the length from which a cell is looked at. */
  readonly #limits: Uint16Array;
  /** By column: the kind of the cell that was looked at last. */
  readonly #latest: (CellKind | undefined)[] = [];
  readonly #ragged: RaggedRecord[] = [];
  readonly #lines: LineSteps;
  readonly #options: ScanOptions;
  readonly #missing: ReadonlySet<string>;
  /** True where a word for a missing value may be a number or a date, so that every cell must be looked at. */
  readonly #looksAtAll: boolean;
  readonly #quote: number;
  readonly #recordEnds = { lineFeed: 0, carriageReturn: 0, both: 0 };
  #refused: RaggedRecord[] = [];
  #refusedCount = 0;
  /** The cell that the bytes so far do not end, at the beginning of `#buffer`. */
  #pending = 0;
  #buffer: Uint8Array = new Uint8Array(0);
  #state: number = states.start;
  #line: number;
  #linesInCell = 0;
  #recordLine: number;
  #column = 0;
  #rows = 0;
  #blankLines = 0;
  #longestRecord = 0;
  /** Bytes of the current record before the pending cell. */
  #recordBytes = 0;
  #afterCarriageReturn = false;
  #irregular = false;

  constructor(options: ScanOptions) {
    this.#options = options;
    this.#table = buildTable(options);
    this.#quote = options.quote === '' ? -1 : options.quote.charCodeAt(0);
    this.#missing = new Set(options.missing ?? defaultMissingWords);
    this.#looksAtAll =
      options.missing?.some((word) => !/^[^\d+.-]/.test(word) || /^(true|false)$/i.test(word)) ?? false;
    if (options.headerEnd) this.#recordEnds[options.headerEnd]++;
    this.#columns = options.columns;
    this.#seen = Array.from({ length: options.columns }, () => new Map());
    this.#limits = new Uint16Array(options.columns * states.total);
    this.#line = options.firstLine;
    this.#recordLine = options.firstLine;
    this.#lines = new LineSteps(options.firstLine);
  }

  /** Reads the next bytes of the file. */
  feed(chunk: Uint8Array): void {
    const kept = this.#pending;
    const bytes = kept === 0 ? chunk : this.#joined(chunk);
    const end = kept + chunk.length;
    const table = this.#table;
    const limits = this.#limits;
    let state = this.#state;
    let column = this.#column;
    let cellStart = 0;
    let recordStart = -this.#recordBytes;
    let next = kept;
    while (next < end) {
      // This inner loop reads every byte of the file: nothing else may be in it.
      let entry: number;
      do {
        entry = table[(state << 8) | (bytes[next++] as number)] as number;
        if (entry >= firstEvent) break;
        state = entry;
      } while (next < end);
      if (entry < firstEvent) break;
      const index = next - 1;
      if (entry === events.cellEnd) {
        if (index - cellStart >= (limits[column * states.total + state] as number)) {
          this.#endCell(bytes, cellStart, index, state, column);
        }
        this.#linesInCell = 0;
        column++;
        cellStart = next;
        state = states.start;
      } else if (entry === events.lineFeed || entry === events.carriageReturn) {
        if (entry === events.lineFeed && this.#afterCarriageReturn && index === cellStart && column === 0) {
          this.#completeCarriageReturn();
        } else {
          this.#endRecord(bytes, cellStart, index, state, column, index - recordStart);
          this.#endLine(entry === events.lineFeed);
        }
        column = 0;
        cellStart = next;
        recordStart = next;
        state = states.start;
      } else {
        state = this.#handle(entry);
      }
    }
    this.#state = state;
    this.#column = column;
    this.#recordBytes = cellStart - recordStart;
    this.#keep(bytes, cellStart, end);
  }

  /** The pending cell and what follows it. */
  #joined(chunk: Uint8Array): Uint8Array {
    this.#reserve(this.#pending + chunk.length);
    this.#buffer.set(chunk, this.#pending);
    return this.#buffer;
  }

  #keep(bytes: Uint8Array, from: number, end: number): void {
    this.#pending = end - from;
    if (bytes === this.#buffer) {
      bytes.copyWithin(0, from, end);
      return;
    }
    this.#reserve(end - from);
    this.#buffer.set(bytes.subarray(from, end));
  }

  #reserve(length: number): void {
    if (this.#buffer.length >= length) return;
    const larger = new Uint8Array(Math.ceil(length * 1.25));
    larger.set(this.#buffer.subarray(0, this.#pending));
    this.#buffer = larger;
  }

  /** What the whole records until now hold. */
  halted(): CsvScan {
    const kindsOfLineEnd = Object.values(this.#recordEnds).filter((count) => count > 0).length;
    return {
      rows: this.#rows,
      columns: this.#columns,
      seen: this.#seen,
      irregular: this.#irregular || kindsOfLineEnd > 1 || this.#ragged.length > 0,
      longestRecord: this.#longestRecord,
      blankLines: this.#blankLines,
      ragged: this.#ragged,
      lines: this.#lines,
    };
  }

  /** Closes the last record and answers what the file holds. */
  finish(): CsvScan {
    if (this.#state >= states.quoted && this.#state < states.closed) {
      const line = this.#line - this.#linesInCell;
      throw new GalleyError('data.unterminated_quote', `Line ${line}: a quoted cell begins here and never ends.`, {
        details: { lines: [line] },
      });
    }
    const rest = this.#buffer.subarray(0, this.#pending);
    if (rest.length > 0 || this.#column > 0) {
      this.#endRecord(rest, 0, rest.length, this.#state, this.#column, this.#recordBytes + rest.length);
    }
    if (this.#refusedCount > 0) throw this.#raggedError();
    return this.halted();
  }

  #handle(event: number): number {
    switch (event) {
      case events.quotedLineFeed:
        this.#line++;
        this.#linesInCell++;
        return quotedText;
      case events.spacedQuote:
        this.#irregular = true;
        return states.quoted;
      case events.nul:
        throw nulError(this.#line);
      default:
        throw new GalleyError(
          'data.malformed_quote',
          `Line ${this.#line}: a quoted cell goes on after its closing quote.`,
          { details: { lines: [this.#line] } },
        );
    }
  }

  /** A line feed after a carriage return ends no second line. */
  #completeCarriageReturn(): void {
    this.#recordEnds.carriageReturn--;
    this.#recordEnds.both++;
    this.#afterCarriageReturn = false;
  }

  #endLine(isLineFeed: boolean): void {
    this.#line++;
    this.#recordLine = this.#line;
    this.#afterCarriageReturn = !isLineFeed;
    if (isLineFeed) this.#recordEnds.lineFeed++;
    else this.#recordEnds.carriageReturn++;
  }

  #endRecord(bytes: Uint8Array, from: number, end: number, state: number, column: number, length: number): void {
    if (length > this.#longestRecord) this.#longestRecord = length;
    if (column === 0 && this.#columns > 1 && blankStates.has(state)) {
      this.#blankLines++;
      if (length > 0) this.#irregular = true;
      return;
    }
    const isColumn = column < this.#columns;
    if (isColumn && end - from >= (this.#limits[column * states.total + state] as number)) {
      this.#endCell(bytes, from, end, state, column);
    }
    this.#linesInCell = 0;
    if (column + 1 !== this.#columns && !this.#takeRagged(column + 1)) return;
    this.#lines.add(this.#rows, this.#recordLine);
    this.#rows++;
  }

  /** Whether a record of so many cells becomes a row. */
  #takeRagged(cells: number): boolean {
    const record = { line: this.#recordLine, cells };
    const { ragged = 'pad' } = this.#options;
    if (ragged === 'refuse' || (ragged === 'pad' && cells > this.#columns)) {
      this.#refusedCount++;
      if (this.#refused.length < mostBadLines) this.#refused.push(record);
      return true;
    }
    this.#ragged.push(record);
    return ragged === 'pad';
  }

  #endCell(bytes: Uint8Array, from: number, end: number, state: number, column: number): void {
    if (this.#options.ignored?.has(this.#recordLine)) return;
    const kind = this.#kindOf(state, bytes, from, end);
    if (kind === this.#latest[column]) return;
    this.#latest[column] = kind;
    const seen = this.#seen[column] as Map<CellKind, Sighting>;
    if (seen.has(kind)) return;
    seen.set(kind, { line: this.#line - this.#linesInCell, text: this.#text(bytes, from, end) });
    if (this.#looksAtAll) return;
    kindOfState.forEach((kindOfThis, other) => {
      if (cellKinds[kindOfThis] === kind) this.#limits[column * states.total + other] = lengthLimits[other] as number;
    });
  }

  /** Looks closer at what the automaton cannot know: calendars, ranges and words. */
  #kindOf(state: number, bytes: Uint8Array, from: number, end: number): CellKind {
    const kind = cellKinds[kindOfState[state] as number] as (typeof cellKinds)[number];
    const start = bytes[from] === this.#quote ? from + 1 : from;
    if (textStates.has(state) || this.#looksAtAll) {
      const word = wordOf(this.#text(bytes, from, end).trim(), this.#options.decimal, this.#missing);
      if (word !== undefined && (kind === 'text' || word === 'missing')) return word;
    }
    switch (kind) {
      case 'integer':
        return end - from < longInteger ? kind : kindOfInteger(this.#text(bytes, from, end).trim());
      case 'float':
        return kindOfFloat(this.#text(bytes, from, end).trim());
      case 'date':
        return isDay(bytes, start) ? kind : 'text';
      case 'timestamp':
      case 'zonedTimestamp':
        return isDayAndTime(bytes, start, end) ? kind : 'text';
      default:
        return kind;
    }
  }

  /** A cell's text without its quotes. */
  #text(bytes: Uint8Array, from: number, end: number): string {
    const raw = Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from).toString('utf8');
    const { quote } = this.#options;
    if (quote === '') return raw;
    const text = raw.trim();
    return text.startsWith(quote)
      ? text.slice(1, text.endsWith(quote) ? -1 : undefined).replaceAll(quote + quote, quote)
      : raw;
  }

  #raggedError(): GalleyError {
    const lines = this.#refused.map(({ line }) => line);
    const { line, cells } = this.#refused[0] as RaggedRecord;
    const more = this.#refusedCount > 1 ? ` ${this.#refusedCount} lines are like that: ${lines.join(', ')}.` : '';
    return new GalleyError(
      'data.ragged_rows',
      `Line ${line} has ${cells} ${cells === 1 ? 'cell' : 'cells'} where the header has ${this.#columns}.${more}`,
      { details: { lines, count: this.#refusedCount, expected: this.#columns } },
    );
  }
}

export function nulError(line: number): GalleyError {
  return new GalleyError('data.binary_or_nul', `Line ${line} holds a NUL byte: this is not a text file.`, {
    details: { lines: [line] },
  });
}
