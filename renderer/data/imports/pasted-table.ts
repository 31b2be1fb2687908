import type { ParseResult } from 'papaparse';

export interface PastedTable {
  columns: string[];
  rows: string[][];
  /** The whole table as comma-separated text, as the engine imports it. */
  csv: string;
  /** What was odd about the text, with line numbers. */
  warnings: string[];
}

const sniffedLines = 5;
const separators = ['\t', ',', ';', '|'] as const;

/** Whether text is worth offering as a table: two lines or more with the same separator in each of the first ones. */
export function looksLikeTable(text: string): boolean {
  const lines = text.trimEnd().split(/\r\n|\r|\n/, sniffedLines);
  if (lines.length < 2) return false;
  return separators.some((separator) => lines.every((line) => line.includes(separator)));
}

/** Reads pasted text with PapaParse, whichever separator it has. */
export async function readPastedTable(text: string): Promise<PastedTable> {
  const { default: papa } = await import('papaparse');
  const parsed: ParseResult<string[]> = papa.parse<string[]>(text.trimEnd(), {
    skipEmptyLines: 'greedy',
    delimitersToGuess: [...separators],
  });
  const [columns = [], ...rows] = parsed.data;
  return { columns, rows, csv: papa.unparse(parsed.data), warnings: describeProblems(parsed, columns.length) };
}

/** A table whose cells are known already, as of a web page. */
export async function tableOfCells([columns = [], ...rows]: string[][]): Promise<PastedTable> {
  const { default: papa } = await import('papaparse');
  return { columns, rows, csv: papa.unparse([columns, ...rows]), warnings: [] };
}

function describeProblems(parsed: ParseResult<string[]>, width: number): string[] {
  const uneven = parsed.data.flatMap((row, index) => (row.length === width ? [] : [index + 1]));
  const quoting = parsed.errors
    .filter((error) => error.type === 'Quotes')
    .map((error) => `Line ${(error.row ?? 0) + 1}: ${error.message.toLowerCase()}.`);
  if (uneven.length === 0) return quoting;
  const some = uneven.slice(0, 3).join(', ') + (uneven.length > 3 ? ' and more' : '');
  return [`The header has ${width} columns, but ${uneven.length === 1 ? 'line' : 'lines'} ${some} not.`, ...quoting];
}
