import { columnTypes } from '../contract/values.ts';
import { type Flags, listFlag, numberFlag, usageError } from './command.ts';

const text = { type: 'string' } as const;
const list = { type: 'string', multiple: true } as const;

/** Flags that say how a file is read; what is left out is found from it. */
export const importFlags = {
  delimiter: text,
  quote: text,
  encoding: text,
  header: { type: 'boolean' },
  'no-header': { type: 'boolean' },
  'skip-lines': text,
  decimal: text,
  thousands: text,
  missing: list,
  dates: text,
  type: list,
  ragged: text,
  sheet: text,
  'file-column': text,
} as const;

export const importUsage =
  '[--delimiter ;] [--quote CHARACTER] [--encoding windows-1252] [--header | --no-header] [--skip-lines N] [--decimal ,]' +
  ' [--thousands .] [--missing NA,-] [--dates day-month-year] [--type COL=TYPE]… [--ragged pad|skip|refuse] [--sheet S] [--file-column COL]';

/** What people call types and characters that are hard to type. */
const typeNames: Record<string, string> = {
  integer: 'int64',
  whole: 'int64',
  number: 'float64',
  float: 'float64',
  time: 'timestamp',
};
const characterNames: Record<string, string> = { tab: '\t', '\\t': '\t', space: ' ', none: '' };

function characterFlag(flags: Flags, name: string): string | undefined {
  const value = flags[name];
  return typeof value === 'string' ? (characterNames[value] ?? value) : undefined;
}

function typesFlag(flags: Flags): Record<string, string> | undefined {
  const pairs = flags.type;
  if (!Array.isArray(pairs)) return undefined;
  return Object.fromEntries(
    pairs.map((pair) => {
      const place = pair.lastIndexOf('=');
      const type = pair.slice(place + 1);
      const known = columnTypes.find((name) => name === (typeNames[type] ?? type));
      if (place < 1 || known === undefined) {
        throw usageError(`--type takes COLUMN=TYPE, TYPE one of ${columnTypes.join(', ')}; not "${pair}".`);
      }
      return [pair.slice(0, place), known];
    }),
  );
}

function headerFlag(flags: Flags): boolean | undefined {
  if (flags.header === true && flags['no-header'] === true) throw usageError('Give --header or --no-header, not both.');
  return flags['no-header'] === true ? false : flags.header === true ? true : undefined;
}

/** The options of an import; undefined where no flag names one. */
export function importOptions(flags: Flags): Record<string, unknown> | undefined {
  const options = {
    delimiter: characterFlag(flags, 'delimiter'),
    quote: characterFlag(flags, 'quote'),
    encoding: flags.encoding,
    header: headerFlag(flags),
    skipLines: numberFlag(flags, 'skip-lines'),
    decimal: flags.decimal,
    thousands: characterFlag(flags, 'thousands'),
    missing: listFlag(flags, 'missing'),
    dates: flags.dates,
    types: typesFlag(flags),
    ragged: flags.ragged,
    sheet: flags.sheet,
    fileColumn: flags['file-column'],
  };
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return given.length === 0 ? undefined : Object.fromEntries(given);
}
