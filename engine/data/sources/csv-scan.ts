import { GalleyError } from '../../base/errors.ts';
import { isDay, isDayAndTime, kindOfFloat, kindOfInteger } from './cell-values.ts';
import {
  blankStates,
  buildTable,
  type CellKind,
  cellKinds,
  events,
  exponentStates,
  firstEvent,
  kindOfState,
  quotedText,
  states,
} from './csv-automaton.ts';

const quote = 0x22;
const mostBadLines = 20;

/** Where a kind of cell was first seen in a column, and its text. */
export interface Sighting {
  line: number;
  text: string;
}

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
}

export interface ScanOptions {
  delimiter: string;
  /** Cells of each record. */
  columns: number;
  /** Of the first byte that is fed; 1-based. */
  firstLine: number;
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
  readonly #ragged: { line: number; cells: number }[] = [];
  readonly #recordEnds = { lineFeeds: 0, carriageReturns: 0, both: 0 };
  #raggedCount = 0;
  #pending: Uint8Array = new Uint8Array(0);
  #state: number = states.start;
  #line: number;
  #linesInCell = 0;
  #recordLine: number;
  #column = 0;
  #rows = 0;
  #blankLines = 0;
  #longestRecord = 0;
  /** Bytes of the current record before `#pending`. */
  #recordBytes = 0;
  #afterCarriageReturn = false;
  #irregular = false;

  constructor(options: ScanOptions) {
    this.#table = buildTable(options.delimiter);
    this.#columns = options.columns;
    this.#seen = Array.from({ length: options.columns }, () => new Map());
    this.#limits = new Uint16Array(options.columns * states.total);
    this.#line = options.firstLine;
    this.#recordLine = options.firstLine;
  }

  /** Reads the next bytes of the file. */
  feed(chunk: Uint8Array): void {
    const kept = this.#pending.length;
    const bytes = kept === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const end = bytes.length;
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
    this.#pending = Uint8Array.from(bytes.subarray(cellStart));
  }

  /** What the cells so far hold. */
  get seen(): readonly ReadonlyMap<CellKind, Sighting>[] {
    return this.#seen;
  }

  /** Closes the last record and answers what the file holds. */
  finish(): CsvScan {
    if (this.#state >= states.quoted && this.#state < states.closed) {
      const line = this.#line - this.#linesInCell;
      throw new GalleyError('data.unterminated_quote', `Line ${line}: a quoted cell begins here and never ends.`, {
        details: { lines: [line] },
      });
    }
    const rest = this.#pending;
    if (rest.length > 0 || this.#column > 0) {
      this.#endRecord(rest, 0, rest.length, this.#state, this.#column, this.#recordBytes + rest.length);
    }
    if (this.#raggedCount > 0) throw this.#raggedError();
    const kindsOfLineEnd = Object.values(this.#recordEnds).filter((count) => count > 0).length;
    return {
      rows: this.#rows,
      columns: this.#columns,
      seen: this.#seen,
      irregular: this.#irregular || kindsOfLineEnd > 1,
      longestRecord: this.#longestRecord,
      blankLines: this.#blankLines,
    };
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
    this.#recordEnds.carriageReturns--;
    this.#recordEnds.both++;
    this.#afterCarriageReturn = false;
  }

  #endLine(isLineFeed: boolean): void {
    this.#line++;
    this.#recordLine = this.#line;
    this.#afterCarriageReturn = !isLineFeed;
    if (isLineFeed) this.#recordEnds.lineFeeds++;
    else this.#recordEnds.carriageReturns++;
  }

  #endRecord(bytes: Uint8Array, from: number, end: number, state: number, column: number, length: number): void {
    if (length > this.#longestRecord) this.#longestRecord = length;
    if (column === 0 && this.#columns > 1 && blankStates.has(state)) {
      this.#blankLines++;
      if (length > 0) this.#irregular = true;
      return;
    }
    if (column < this.#columns) this.#endCell(bytes, from, end, state, column);
    this.#linesInCell = 0;
    if (column + 1 !== this.#columns) {
      this.#raggedCount++;
      if (this.#ragged.length < mostBadLines) this.#ragged.push({ line: this.#recordLine, cells: column + 1 });
    }
    this.#rows++;
  }

  #endCell(bytes: Uint8Array, from: number, end: number, state: number, column: number): void {
    const kind = this.#kindOf(cellKinds[kindOfState[state] as number] as CellKind, bytes, from, end);
    if (kind === this.#latest[column]) return;
    this.#latest[column] = kind;
    const seen = this.#seen[column] as Map<CellKind, Sighting>;
    if (seen.has(kind)) return;
    seen.set(kind, { line: this.#line - this.#linesInCell, text: cellText(bytes, from, end) });
    kindOfState.forEach((kindOfThis, other) => {
      if (cellKinds[kindOfThis] === kind) this.#limits[column * states.total + other] = lengthLimits[other] as number;
    });
  }

  /** Looks closer at what the automaton cannot know: calendars and ranges. */
  #kindOf(kind: CellKind, bytes: Uint8Array, from: number, end: number): CellKind {
    const start = bytes[from] === quote ? from + 1 : from;
    switch (kind) {
      case 'integer':
        return end - from < longInteger ? kind : kindOfInteger(cellText(bytes, from, end).trim());
      case 'float':
        return kindOfFloat(cellText(bytes, from, end).trim());
      case 'date':
        return isDay(bytes, start) ? kind : 'text';
      case 'timestamp':
      case 'zonedTimestamp':
        return isDayAndTime(bytes, start, end) ? kind : 'text';
      default:
        return kind;
    }
  }

  #raggedError(): GalleyError {
    const lines = this.#ragged.map(({ line }) => line);
    const { line, cells } = this.#ragged[0] as { line: number; cells: number };
    const more = this.#raggedCount > 1 ? ` ${this.#raggedCount} lines are like that: ${lines.join(', ')}.` : '';
    return new GalleyError(
      'data.ragged_rows',
      `Line ${line} has ${cells} ${cells === 1 ? 'cell' : 'cells'} where the header has ${this.#columns}.${more}`,
      { details: { lines, count: this.#raggedCount, expected: this.#columns } },
    );
  }
}

/** A cell's text without its quotes. */
function cellText(bytes: Uint8Array, from: number, end: number): string {
  const raw = Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from).toString('utf8');
  const text = raw.trim();
  return text.startsWith('"') ? text.slice(1, text.endsWith('"') ? -1 : undefined).replaceAll('""', '"') : raw;
}

export function nulError(line: number): GalleyError {
  return new GalleyError('data.binary_or_nul', `Line ${line} holds a NUL byte: this is not a text file.`, {
    details: { lines: [line] },
  });
}
