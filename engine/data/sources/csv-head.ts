/** A record at the beginning of a CSV file. */
export interface HeadRecord {
  cells: string[];
  /** Place in the text where it begins and where it ends, line end included. */
  from: number;
  end: number;
  /** Lines up to its end. */
  lines: number;
}

export interface HeadOptions {
  delimiter: string;
  /** Empty where cells have none around them. */
  quote: string;
  /** True where the text is the whole file: its last record needs no line end. */
  complete: boolean;
  /** The most records that are looked for. */
  most: number;
}

/** The first whole records of a text. */
export function headRecords(text: string, { delimiter, quote, complete, most }: HeadOptions): HeadRecord[] {
  const records: HeadRecord[] = [];
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  let lines = 0;
  let from = 0;
  const endCell = () => {
    cells.push(cell);
    cell = '';
  };
  const endRecord = (end: number) => {
    records.push({ cells, from, end, lines });
    cells = [];
    from = end;
  };
  for (let index = 0; index < text.length && records.length < most; index++) {
    const character = text[index] as string;
    if (character === '\n' || (character === '\r' && text[index + 1] !== '\n')) lines++;
    if (quoted) {
      if (character !== quote) cell += character;
      else if (text[index + 1] === quote) {
        cell += quote;
        index++;
      } else quoted = false;
    } else if (character === quote && cell.trim() === '') {
      quoted = true;
      cell = '';
    } else if (character === delimiter) {
      endCell();
    } else if (character === '\n' || character === '\r') {
      if (character === '\r' && text[index + 1] === '\n') {
        index++;
        lines++;
      }
      endCell();
      endRecord(index + 1);
    } else cell += character;
  }
  if (complete && !quoted && records.length < most && (cell !== '' || cells.length > 0)) {
    endCell();
    lines++;
    endRecord(text.length);
  }
  return records;
}

const lineFeed = 10;
const carriageReturn = 13;

/** Where the last whole record of a text ends, as `headRecords` finds records; the text's length where there is none. */
export function lastRecordEnd(text: string, { delimiter, quote }: Pick<HeadOptions, 'delimiter' | 'quote'>): number {
  const [separator, mark] = [delimiter.charCodeAt(0), quote.charCodeAt(0)];
  let end = 0;
  let quoted = false;
  let isBlankCell = true;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === mark && quoted) {
      if (text.charCodeAt(index + 1) === mark) {
        index++;
        isBlankCell = false;
      } else quoted = false;
    } else if (quoted) isBlankCell &&= isSpace(code);
    else if (code === mark && isBlankCell) quoted = true;
    else if (code === separator) isBlankCell = true;
    else if (code === lineFeed || code === carriageReturn) {
      if (code === carriageReturn && text.charCodeAt(index + 1) === lineFeed) index++;
      end = index + 1;
      isBlankCell = true;
    } else isBlankCell &&= isSpace(code);
  }
  return end === 0 ? text.length : end;
}

function isSpace(code: number): boolean {
  return String.fromCharCode(code).trim() === '';
}

/** True of a line of nothing but spaces. */
export function isBlank({ cells }: HeadRecord): boolean {
  return cells.length === 1 && cells[0]?.trim() === '';
}
