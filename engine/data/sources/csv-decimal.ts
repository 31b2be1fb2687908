import { GalleyError } from '../../base/errors.ts';
import type { ImportOptions } from '../../contract/import-options.ts';
import { type CsvDialect, guessDialect } from './csv-dialect.ts';
import { type CsvScan, nulError } from './csv-scan.ts';
import { chooseType, type SeenKinds } from './csv-types.ts';
import { type DecimalMark, numberKinds, type ReadingHints, rulesFor } from './reading-rules.ts';
import { readHead } from './source-file.ts';
import { headBytes } from './utf8.ts';

/** Columns that one table may have. */
const mostColumns = 10_000;
const byteOrderMark = '\uFEFF';

/** The dialect of a file in UTF-8, from its first megabyte, and the length of its byte order mark. */
export function dialectOf(
  path: string,
  bytes: number,
  name: string,
  options: ImportOptions = {},
): { dialect: CsvDialect; markBytes: number } {
  const head = readHead(path, headBytes);
  const text = head.toString('utf8');
  const marked = text.startsWith(byteOrderMark);
  const dialect = guessDialect(marked ? text.slice(1) : text, head.length === bytes, name, options);
  const markBytes = marked ? 3 : 0;
  const nul = head.subarray(0, markBytes + dialect.dataOffset).indexOf(0);
  if (nul >= 0) throw nulError(head.subarray(0, nul).toString('latin1').split('\n').length);
  if (dialect.names.length > mostColumns) {
    throw new GalleyError(
      'data.too_many_columns',
      `${name} has ${dialect.names.length} columns; Galley takes up to ${mostColumns}.`,
      { details: { columns: dialect.names.length, limit: mostColumns } },
    );
  }
  return { dialect, markBytes };
}

/** True where a column could be numbers if the file had the other decimal mark. */
function asksForOther(seen: SeenKinds): boolean {
  const kinds = [...seen.keys()];
  return seen.has('otherDecimal') && kinds.every((kind) => numberKinds.has(kind) || /^(other|group)/.test(kind));
}

function numericColumns(
  { seen }: Pick<CsvScan, 'seen'>,
  decimal: DecimalMark,
  options: ImportOptions,
  hints: ReadingHints,
): number {
  const rules = rulesFor(seen, decimal, options, hints);
  const types = seen.map((column) => chooseType('', column, rules).type);
  return types.filter((type) => type === 'int64' || type === 'float64').length;
}

/**
 * The decimal mark under which more columns are numbers; the point where both give as many. A comma that also stands
 * between the cells is no decimal mark unless that is said.
 * @param scan reads the file, or its head, with a mark
 * @param assumed the mark that the file was read with already
 */
export async function decidedDecimal(
  dialect: CsvDialect,
  options: ImportOptions,
  hints: ReadingHints,
  scan: (decimal: DecimalMark) => Promise<Pick<CsvScan, 'seen'>>,
  assumed: DecimalMark = hints.decimal ?? '.',
): Promise<DecimalMark> {
  if (options.decimal !== undefined) return options.decimal;
  if (dialect.delimiter === ',') return '.';
  const scanned = await scan(assumed);
  if (!scanned.seen.some(asksForOther)) return assumed;
  const other = assumed === '.' ? ',' : '.';
  const others = numericColumns(await scan(other), other, options, hints);
  return others > numericColumns(scanned, assumed, options, hints) ? other : assumed;
}
