import type { ColumnType } from '../contract/values.ts';

const numberPattern = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const midnightPattern = /^(\d{4}-\d{2}-\d{2})[ T]00:00:00(\.0+)?$/;
const timestampPattern = /^(\d{4}-\d{2}-\d{2})(?:[ T](.+))?$/;
const wholeHourOffset = /([+-]\d{2})$/;

/**
 * The text of a cell as the value that a caller of the prediction server would send, null where it is missing. A text
 * that is no such value stays as it is, so that the check of the row says what is wrong with it.
 */
export function valueOfText(type: ColumnType, text: string | null): unknown {
  if (text === null || type === 'text') return text;
  const cell = text.trim();
  if (cell === '' || cell.toLowerCase() === 'nan') return null;
  switch (type) {
    case 'int64':
    case 'float64':
    case 'decimal':
      return numberPattern.test(cell) ? Number(cell) : text;
    case 'boolean':
      return booleans.get(cell.toLowerCase()) ?? text;
    case 'date':
      return midnightPattern.exec(cell)?.[1] ?? cell;
    case 'timestamp':
      return isoTimestamp(cell);
  }
}

const booleans = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

/** DuckDB writes `2004-02-29 13:45:00+00`, ISO 8601 wants `2004-02-29T13:45:00+00:00`; a date alone is its midnight. */
function isoTimestamp(cell: string): string {
  const match = timestampPattern.exec(cell);
  if (!match) return cell;
  const [, date, time = '00:00:00'] = match;
  return `${date}T${time.replace(wholeHourOffset, '$1:00')}`;
}
