import type { ImportOptions } from '../../../engine/contract/import-options.ts';

/** One option of an import as a field: what can be chosen, and how it becomes the option. */
export interface OptionChoice {
  name: keyof ImportOptions;
  label: string;
  /** One line that explains it. */
  hint: string;
  choices: readonly { value: string; label: string }[];
  /** Text of a value that is in force. */
  show(options: ImportOptions): string;
  /** The option for a text that was chosen. */
  take(value: string): Partial<ImportOptions>;
}

const marks = [
  { value: ',', label: 'Comma' },
  { value: ';', label: 'Semicolon' },
  { value: '\t', label: 'Tab' },
  { value: '|', label: 'Bar' },
  { value: ':', label: 'Colon' },
  { value: ' ', label: 'Space' },
];

/** Choices in the order of the screen. */
export const optionChoices: readonly OptionChoice[] = [
  {
    name: 'delimiter',
    label: 'Between cells',
    hint: 'The character between two cells of a line.',
    choices: marks,
    show: ({ delimiter = ',' }) => delimiter,
    take: (delimiter) => ({ delimiter }),
  },
  {
    name: 'quote',
    label: 'Around cells',
    hint: 'The character around cells that hold the one between cells.',
    choices: [
      { value: '"', label: 'Double quotes' },
      { value: "'", label: 'Single quotes' },
      { value: '', label: 'Nothing' },
    ],
    show: ({ quote = '"' }) => quote,
    take: (quote) => ({ quote }),
  },
  {
    name: 'encoding',
    label: 'Encoding',
    hint: 'How characters are written as bytes.',
    choices: [
      { value: 'utf-8', label: 'UTF-8' },
      { value: 'windows-1252', label: 'Windows-1252' },
      { value: 'utf-16le', label: 'UTF-16 LE' },
      { value: 'utf-16be', label: 'UTF-16 BE' },
    ],
    show: ({ encoding = 'utf-8' }) => encoding,
    take: (encoding) => ({ encoding: encoding as ImportOptions['encoding'] }),
  },
  {
    name: 'header',
    label: 'First row',
    hint: 'Whether the first row names the columns.',
    choices: [
      { value: 'true', label: 'Names of columns' },
      { value: 'false', label: 'Data' },
    ],
    show: ({ header = true }) => String(header),
    take: (header) => ({ header: header === 'true' }),
  },
  {
    name: 'decimal',
    label: 'Decimal mark',
    hint: 'The mark before the fraction of a number.',
    choices: [
      { value: '.', label: 'Point, 1.5' },
      { value: ',', label: 'Comma, 1,5' },
    ],
    show: ({ decimal = '.' }) => decimal,
    take: (decimal) => ({ decimal: decimal as ImportOptions['decimal'] }),
  },
  {
    name: 'thousands',
    label: 'Thousands mark',
    hint: 'The mark between groups of three digits.',
    choices: [
      { value: '', label: 'None' },
      { value: ',', label: 'Comma, 1,234' },
      { value: '.', label: 'Point, 1.234' },
      { value: ' ', label: 'Space, 1 234' },
      { value: "'", label: "Apostrophe, 1'234" },
    ],
    show: ({ thousands = '' }) => thousands,
    take: (thousands) => ({ thousands: thousands as ImportOptions['thousands'] }),
  },
  {
    name: 'dates',
    label: 'Dates',
    hint: 'The order of day and month in dates that do not begin with the year.',
    choices: [
      { value: '', label: 'As each column shows' },
      { value: 'day-month-year', label: 'Day, month, year' },
      { value: 'month-day-year', label: 'Month, day, year' },
      { value: 'iso', label: 'Year first only' },
    ],
    show: ({ dates = '' }) => dates,
    take: (dates) => ({ dates: dates === '' ? undefined : dates }) as Partial<ImportOptions>,
  },
  {
    name: 'ragged',
    label: 'Uneven rows',
    hint: 'What becomes of rows with fewer or more cells than the header.',
    choices: [
      { value: 'pad', label: 'Fill up short ones' },
      { value: 'skip', label: 'Leave out' },
      { value: 'refuse', label: 'Refuse the file' },
    ],
    show: ({ ragged = 'pad' }) => ragged,
    take: (ragged) => ({ ragged: ragged as ImportOptions['ragged'] }),
  },
];
