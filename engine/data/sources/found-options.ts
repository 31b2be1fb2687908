import type { ImportOptions } from '../../contract/import-options.ts';
import type { CellsFile } from './cells-file.ts';
import type { CsvFile } from './csv-file.ts';
import { dateOrder } from './csv-types.ts';
import type { ReadFile, Reading } from './read-file.ts';
import type { DateOrder, ReadingHints, ReadingRules } from './reading-rules.ts';

/** What files that were read showed, for the next ones of the dataset. */
export function foundHints(files: readonly ReadFile[], { schema, rules }: Reading): ReadingHints {
  const file = files.find((read) => read.form === 'csv');
  if (!file) return {};
  const dates: Record<string, DateOrder> = {};
  for (const { name, type } of schema) {
    const seen = file.scan.seen[file.dialect.names.indexOf(name)];
    const order = seen && (type === 'date' || type === 'timestamp') ? dateOrder(name, seen, rules) : undefined;
    if (order !== undefined && (seen?.has('dayMonth') || seen?.has('monthDay') || rules.hints.dates?.[name]))
      dates[name] = order;
  }
  return {
    decimal: file.decimal,
    ...(rules.thousands === '' ? {} : { thousands: rules.thousands }),
    ...(Object.keys(dates).length === 0 ? {} : { dates }),
  };
}

/** How a file was read, with what was given and what was found. */
export interface EffectiveOptions {
  options: ImportOptions;
  /** Names of the options that were found from the file. */
  found: string[];
  /** Names of the options that change how such a file is read. */
  takes: string[];
}

/** How a file was read. */
export function effectiveOptions(file: ReadFile, { rules }: Reading, given: ImportOptions): EffectiveOptions {
  if (file.form === 'parquet') return { options: {}, found: [], takes: [] };
  const options = file.form === 'csv' ? csvOptions(file, rules, given) : cellsOptions(file, rules);
  const types = given.types === undefined ? {} : { types: given.types };
  const takes = [...Object.keys(options), 'dates', 'types', ...(file.form === 'cells' && file.sheet ? ['sheet'] : [])];
  return {
    options: { ...options, ...types },
    found: Object.keys(options).filter((name) => !(name in given)),
    takes: [...new Set(takes)],
  };
}

function csvOptions(file: CsvFile, rules: ReadingRules, given: ImportOptions): ImportOptions {
  const { dialect, decimal, encoding } = file;
  return {
    delimiter: dialect.delimiter,
    quote: dialect.quote,
    encoding: encoding,
    header: dialect.hasHeader,
    skipLines: dialect.skippedLines,
    decimal,
    thousands: rules.thousands,
    missing: [...rules.missing],
    ragged: given.ragged ?? 'pad',
    ...(rules.dates === undefined ? {} : { dates: rules.dates }),
  };
}

/** Of JSON and workbooks: marks and the order of dates hold for texts whose column was given another type. */
function cellsOptions({ decimal, sheet }: CellsFile, rules: ReadingRules): ImportOptions {
  return {
    ...(sheet && { sheet: sheet.name, header: sheet.hasHeader, skipLines: sheet.skippedLines }),
    decimal,
    thousands: rules.thousands,
    missing: [...rules.missing],
    ...(rules.dates === undefined ? {} : { dates: rules.dates }),
  };
}
