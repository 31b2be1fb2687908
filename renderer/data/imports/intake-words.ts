import type { ChangeCount } from '../../../engine/contract/data-changes.ts';
import { formatCount, formatQuantity } from '../../ui/format.ts';

/** What is wrong with a dataset's name, undefined where nothing is. */
export function nameProblem(name: string, taken: readonly string[]): string | undefined {
  if (name === '') return 'Give it a name.';
  if (name.length > 64) return 'At most 64 letters.';
  if (!/^[a-z][a-z0-9_-]*$/.test(name)) return 'Small letters, digits, _ and -, beginning with a letter.';
  return taken.includes(name) ? `There is a dataset ${name}. Choose another name, or add a version of it.` : undefined;
}

/** Ends of the names of files that Galley reads. */
export const tableExtensions = [
  'csv',
  'tsv',
  'txt',
  'parquet',
  'json',
  'jsonl',
  'ndjson',
  'xlsx',
  'xlsm',
  'arrow',
  'arrows',
  'feather',
  'gz',
  'zst',
] as const;

export const readableNames = new RegExp(`\\.(${tableExtensions.join('|')})$`, 'i');

/** A warning in one line that says where. */
export function problemWords({ message, line }: { message: string; line?: number }): string {
  return line !== undefined && !/\b(line|row)/i.test(message) ? `Line ${formatCount(line)}: ${message}` : message;
}

/** How often something is to be told, with its first lines. */
export function changeWords({ column, kind, count, lines }: ChangeCount): { title: string; lines: string } {
  const where = column === null ? '' : `${column}: `;
  const words: Record<ChangeCount['kind'], string> = {
    missing: `${formatQuantity(count, 'word')} read as missing`,
    infinite: formatQuantity(count, 'infinite number'),
    thousands: `thousands mark left out of ${formatQuantity(count, 'number')}`,
    decimal: `decimal comma read in ${formatQuantity(count, 'number')}`,
    date: `${formatQuantity(count, 'date')} turned into year, month, day`,
    zone: `${formatQuantity(count, 'time')} turned into UTC`,
    boolean: `${formatQuantity(count, 'word')} read as true or false`,
    padded: `${formatQuantity(count, 'short row')} filled up`,
    skipped: `${formatQuantity(count, 'uneven row')} left out`,
    title: `${formatQuantity(count, 'line')} above the header left out`,
    encoding: `${formatQuantity(count, 'line')} read as Windows-1252`,
  };
  const shown = lines.slice(0, 5).map(formatCount).join(', ');
  const more = count > Math.min(5, lines.length) ? ', …' : '';
  return { title: `${where}${words[kind]}`, lines: `${count === 1 ? 'line' : 'lines'} ${shown}${more}` };
}
