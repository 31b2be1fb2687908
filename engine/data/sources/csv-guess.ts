import { type HeadOptions, type HeadRecord, headRecords, isBlank } from './csv-head.ts';

const delimiters = [',', ';', '\t', '|'] as const;
const recordsLookedAt = 50;
/** Lines of a title above the header are not looked for below this one. */
const longestTitle = 20;
/** Share of the records below a title that must have as many cells as the header. */
const agreeingBelowTitle = 0.7;

/** Single quotes only where cells stand in them throughout and none stands in double quotes. */
export function guessQuote(text: string): string {
  if (/(^|[,;\t|])[ \t]*"/m.test(text)) return '"';
  const begun = text.match(/(^|[,;\t|])'/gm)?.length ?? 0;
  const whole = text.match(/(^|[,;\t|])'(?:[^'\r\n]|'')*'(?=[,;\t|\r\n]|$)/gm)?.length ?? 0;
  return whole >= 2 && begun === whole ? "'" : '"';
}

interface Candidate {
  delimiter: string;
  /** Records above the header. */
  title: number;
  agreeing: number;
  cells: number;
}

function agreeing(records: readonly HeadRecord[], cells: number): number {
  return records.filter((record) => record.cells.length === cells).length / records.length;
}

/** How many records at the beginning are a title above a table rather than its header. */
function titleLength(records: readonly HeadRecord[]): number {
  const header = records.findIndex((record) => record.cells.length > 1);
  if (header <= 0 || header > longestTitle) return 0;
  const cells = (records[header] as HeadRecord).cells.length;
  const above = records.slice(0, header);
  const below = records.slice(header).filter((record) => !isBlank(record));
  const isSetApart = above.some(isBlank) || above.every((record) => record.cells[0]?.startsWith('#')) || cells > 2;
  const isTitle = above.some((record) => !isBlank(record)) && isSetApart && below.length > 1;
  return isTitle && agreeing(below, cells) >= agreeingBelowTitle ? header : 0;
}

function candidate(text: string, delimiter: string, options: Omit<HeadOptions, 'delimiter' | 'most'>): Candidate {
  const records = headRecords(text, { ...options, delimiter, most: recordsLookedAt });
  const title = titleLength(records);
  const table = records.slice(title).filter((record) => !isBlank(record));
  const cells = table[0]?.cells.length ?? 0;
  return { delimiter, title, agreeing: cells < 2 ? 0 : agreeing(table, cells), cells };
}

/**
 * The delimiter under which most of the first records have as many cells as the header, and the header most cells; and
 * how many records stand above the header.
 * @param given the delimiter, where it is known
 */
export function guessLayout(
  text: string,
  options: Omit<HeadOptions, 'delimiter' | 'most'>,
  given: string | undefined,
): { delimiter: string; title: number } {
  let best: Candidate = { delimiter: given ?? ',', title: 0, agreeing: 0, cells: 1 };
  for (const delimiter of given === undefined ? delimiters : [given]) {
    const found = candidate(text, delimiter, options);
    if (found.agreeing > best.agreeing || (found.agreeing === best.agreeing && found.cells > best.cells)) best = found;
  }
  return best;
}
