import { invalidRequest } from '../checked-rows.ts';

/** A cell's text; null where nothing stands between the commas. */
type Cell = string | null;

/**
 * Parses CSV (RFC 4180: commas, quotes doubled within quotes, CRLF or LF). Empty lines are passed over where a line has
 * several cells. Unlike the libraries that read CSV it tells an empty text in quotes from a missing one.
 * @param largest lines that may be
 * @throws GalleyError `serving.invalid_request` for a quote that is not closed or stands in the middle of a cell
 */
export function parseCsv(text: string, largest = Number.POSITIVE_INFINITY): Cell[][] {
  const lines: Cell[][] = [];
  let cells: Cell[] = [];
  let position = text.startsWith('\uFEFF') ? 1 : 0;
  while (position < text.length) {
    const { cell, end } =
      text[position] === '"' ? quotedCell(text, position, lines.length) : plainCell(text, position, lines.length);
    cells.push(cell);
    position = end;
    if (text[position] === ',') {
      position++;
      if (position < text.length && text[position] !== '\n' && text[position] !== '\r') continue;
      cells.push(null);
    }
    position += lineEnd(text, position);
    const isEmpty = cells.length === 1 && cells[0] === null && lines[0]?.length !== 1;
    if (!isEmpty) lines.push(cells);
    if (lines.length > largest) throw invalidRequest(`The CSV has more than ${largest} lines.`);
    cells = [];
  }
  return lines;
}

function lineEnd(text: string, position: number): number {
  return text.startsWith('\r\n', position) ? 2 : 1;
}

const plainEnd = /[,\r\n"]/g;

function plainCell(text: string, start: number, line: number): { cell: Cell; end: number } {
  plainEnd.lastIndex = start;
  const end = plainEnd.exec(text)?.index ?? text.length;
  if (text[end] === '"') throw invalidRequest(`Line ${line + 1} of the CSV has a quote in the middle of a cell.`);
  return { cell: end === start ? null : text.slice(start, end), end };
}

function quotedCell(text: string, start: number, line: number): { cell: Cell; end: number } {
  let cell = '';
  let position = start + 1;
  for (;;) {
    const quote = text.indexOf('"', position);
    if (quote === -1) throw invalidRequest(`Line ${line + 1} of the CSV has a quote that is not closed.`);
    cell += text.slice(position, quote);
    position = quote + 1;
    if (text[position] !== '"') break;
    cell += '"';
    position++;
  }
  const next = text[position];
  if (next === undefined || next === ',' || next === '\r' || next === '\n') return { cell, end: position };
  throw invalidRequest(`Line ${line + 1} of the CSV goes on after a closing quote.`);
}
