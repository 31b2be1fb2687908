import type { CellWord } from './cell-words.ts';

/**
 * A finite automaton that reads CSV (RFC 4180, any one-byte delimiter, quote and decimal mark) byte by byte and knows at the end of each cell
 * what its text can be. One table look-up a byte: types are decided from every cell of a file, not from a sample.
 */

/** What the text of a cell can be read as without losing anything of it. */
export const cellKinds = [
  'empty',
  'blank',
  'integer',
  'longInteger',
  'code',
  'float',
  'boolean',
  'date',
  'timestamp',
  'zonedTimestamp',
  'text',
] as const;
type PlainKind = (typeof cellKinds)[number];
/** Kinds of cell that the automaton takes for text and that a closer look tells apart. */
export type CellKind = PlainKind | CellWord;

/** Values in the table from here on are not states but things to be handled. */
export const events = {
  spacedQuote: 249,
  cellEnd: 250,
  lineFeed: 251,
  carriageReturn: 252,
  quotedLineFeed: 253,
  nul: 254,
  malformedQuote: 255,
} as const;
export const firstEvent = events.spacedQuote;

type Rules = readonly (readonly [characters: string, next: string])[];

const digits = '0123456789';
const number: Rules = [
  ['-', 'minus'],
  ['+', 'plus'],
  ['.', 'dot'],
];
const afterInteger: Rules = [
  ['.', 'fraction'],
  ['eE', 'exponentMark'],
  [' \t', 'integerEnd'],
];
const zone: Rules = [
  ['Z', 'zulu'],
  ['+-', 'zoneSign'],
];

/** The grammar of cells: from each state where its characters lead; every other character leads to `text`. */
const grammar: Record<string, { kind: PlainKind; rules: Rules }> = {
  start: {
    kind: 'empty',
    rules: [...number, ['0', 'zero'], ['123456789', 'year1'], [' \t', 'spaces'], ['tT', 'true1'], ['fF', 'false1']],
  },
  spaces: { kind: 'blank', rules: [...number, ['0', 'plainZero'], ['123456789', 'integer'], [' \t', 'spaces']] },
  minus: {
    kind: 'text',
    rules: [
      ['0', 'plainZero'],
      ['123456789', 'integer'],
      ['.', 'dot'],
    ],
  },
  plus: {
    kind: 'text',
    rules: [
      [digits, 'code'],
      ['.', 'dot'],
    ],
  },
  zero: { kind: 'integer', rules: [[digits, 'zeroYear2'], ...afterInteger] },
  plainZero: { kind: 'integer', rules: [[digits, 'code'], ...afterInteger] },
  zeroYear2: { kind: 'code', rules: [[digits, 'zeroYear3']] },
  zeroYear3: { kind: 'code', rules: [[digits, 'zeroYear4']] },
  zeroYear4: {
    kind: 'code',
    rules: [
      [digits, 'code'],
      ['-', 'monthDash'],
    ],
  },
  code: { kind: 'code', rules: [[digits, 'code']] },
  integer: { kind: 'integer', rules: [[digits, 'integer'], ...afterInteger] },
  integerEnd: { kind: 'integer', rules: [[' \t', 'integerEnd']] },
  dot: { kind: 'text', rules: [[digits, 'fraction']] },
  fraction: {
    kind: 'float',
    rules: [
      [digits, 'fraction'],
      ['eE', 'exponentMark'],
      [' \t', 'floatEnd'],
    ],
  },
  exponentMark: {
    kind: 'text',
    rules: [
      ['+-', 'exponentSign'],
      [digits, 'exponent'],
    ],
  },
  exponentSign: { kind: 'text', rules: [[digits, 'exponent']] },
  exponent: {
    kind: 'float',
    rules: [
      [digits, 'exponent'],
      [' \t', 'floatEnd'],
    ],
  },
  floatEnd: { kind: 'float', rules: [[' \t', 'floatEnd']] },
  year1: { kind: 'integer', rules: [[digits, 'year2'], ...afterInteger] },
  year2: { kind: 'integer', rules: [[digits, 'year3'], ...afterInteger] },
  year3: { kind: 'integer', rules: [[digits, 'year4'], ...afterInteger] },
  year4: { kind: 'integer', rules: [[digits, 'integer'], ['-', 'monthDash'], ...afterInteger] },
  monthDash: { kind: 'text', rules: [[digits, 'month1']] },
  month1: { kind: 'text', rules: [[digits, 'month2']] },
  month2: { kind: 'text', rules: [['-', 'dayDash']] },
  dayDash: { kind: 'text', rules: [[digits, 'day1']] },
  day1: { kind: 'text', rules: [[digits, 'day2']] },
  day2: { kind: 'date', rules: [['T ', 'timeMark']] },
  timeMark: { kind: 'text', rules: [[digits, 'hour1']] },
  hour1: { kind: 'text', rules: [[digits, 'hour2']] },
  hour2: { kind: 'text', rules: [[':', 'minuteColon']] },
  minuteColon: { kind: 'text', rules: [[digits, 'minute1']] },
  minute1: { kind: 'text', rules: [[digits, 'minute2']] },
  minute2: { kind: 'timestamp', rules: [[':', 'secondColon']] },
  secondColon: { kind: 'text', rules: [[digits, 'second1']] },
  second1: { kind: 'text', rules: [[digits, 'second2']] },
  second2: { kind: 'timestamp', rules: [['.', 'micro0'], ...zone] },
  micro0: { kind: 'text', rules: [[digits, 'micro1']] },
  micro1: { kind: 'timestamp', rules: [[digits, 'micro2'], ...zone] },
  micro2: { kind: 'timestamp', rules: [[digits, 'micro3'], ...zone] },
  micro3: { kind: 'timestamp', rules: [[digits, 'micro4'], ...zone] },
  micro4: { kind: 'timestamp', rules: [[digits, 'micro5'], ...zone] },
  micro5: { kind: 'timestamp', rules: [[digits, 'micro6'], ...zone] },
  micro6: { kind: 'timestamp', rules: zone },
  zulu: { kind: 'zonedTimestamp', rules: [] },
  zoneSign: { kind: 'text', rules: [[digits, 'zoneHour1']] },
  zoneHour1: { kind: 'text', rules: [[digits, 'zoneHour2']] },
  zoneHour2: {
    kind: 'zonedTimestamp',
    rules: [
      [':', 'zoneColon'],
      [digits, 'zoneMinute1'],
    ],
  },
  zoneColon: { kind: 'text', rules: [[digits, 'zoneMinute1']] },
  zoneMinute1: { kind: 'text', rules: [[digits, 'zoneMinute2']] },
  zoneMinute2: { kind: 'zonedTimestamp', rules: [] },
  true1: { kind: 'text', rules: [['rR', 'true2']] },
  true2: { kind: 'text', rules: [['uU', 'ending']] },
  false1: { kind: 'text', rules: [['aA', 'false2']] },
  false2: { kind: 'text', rules: [['lL', 'false3']] },
  false3: { kind: 'text', rules: [['sS', 'ending']] },
  ending: { kind: 'text', rules: [['eE', 'boolean']] },
  boolean: { kind: 'boolean', rules: [] },
  text: { kind: 'text', rules: [] },
};

const names = Object.keys(grammar);
const count = names.length;
const indexOf = new Map(names.map((name, index) => [name, index]));
const textState = indexOf.get('text') as number;
const byte = (character: string) => character.charCodeAt(0);

/** States are: `count` outside quotes, the same inside quotes, the same after the closing quote. */
export const states = { start: 0, quoted: count, closed: 2 * count, total: 3 * count } as const;

/** Index into `cellKinds` of a cell that ends in a state. */
export const kindOfState: Uint8Array = Uint8Array.from({ length: states.total }, (_, state) =>
  cellKinds.indexOf((grammar[names[state % count] as string] as { kind: PlainKind }).kind),
);

/** States of numbers with an exponent, which may leave the range of float64. */
export const exponentStates: ReadonlySet<number> = new Set(
  ['exponent', 'floatEnd'].flatMap((name) => {
    const index = indexOf.get(name) as number;
    return [index, index + states.quoted, index + states.closed];
  }),
);

/** States of cells that are text as far as the automaton can tell. */
export const textStates: ReadonlySet<number> = new Set(
  Array.from(kindOfState.keys()).filter((state) => cellKinds[kindOfState[state] as number] === 'text'),
);

/** States of an unquoted cell without anything but spaces. */
export const blankStates: ReadonlySet<number> = new Set([states.start, indexOf.get('spaces') as number]);

/** States that a decimal mark leads to: what the grammar writes as a point. */
const decimalStates: ReadonlySet<string> = new Set(['dot', 'fraction']);

function fillGrammar(row: Uint8Array, name: string, offset: number, decimal: string): void {
  row.fill(textState + offset);
  for (const [characters, next] of (grammar[name] as { rules: Rules }).rules) {
    const written = characters === '.' && decimalStates.has(next) ? decimal : characters;
    for (const character of written) row[byte(character)] = (indexOf.get(next) as number) + offset;
  }
}

/** Characters that a table is built for; `quote` is empty where cells have none around them. */
export interface CsvCharacters {
  delimiter: string;
  quote: string;
  decimal: string;
}

/** `table[state << 8 | byte]` is the next state, or an event. */
export function buildTable({ delimiter, quote, decimal }: CsvCharacters): Uint8Array {
  const table = new Uint8Array(states.total << 8);
  names.forEach((name, index) => {
    const outside = table.subarray(index << 8, (index + 1) << 8);
    fillGrammar(outside, name, 0, decimal);
    outside[byte('\n')] = events.lineFeed;
    outside[byte('\r')] = events.carriageReturn;
    if (quote !== '' && name === 'start') outside[byte(quote)] = states.quoted;
    if (quote !== '' && name === 'spaces') outside[byte(quote)] = events.spacedQuote;
    outside[byte(delimiter)] = events.cellEnd;
    outside[0] = events.nul;

    const inside = table.subarray((states.quoted + index) << 8, (states.quoted + index + 1) << 8);
    fillGrammar(inside, name, states.quoted, decimal);
    if (quote !== '') inside[byte(quote)] = states.closed + index;
    inside[byte('\n')] = events.quotedLineFeed;
    inside[0] = events.nul;

    const closed = table.subarray((states.closed + index) << 8, (states.closed + index + 1) << 8);
    closed.fill(events.malformedQuote);
    if (quote !== '') closed[byte(quote)] = states.quoted + textState;
    closed[byte(' ')] = states.closed + index;
    closed[byte('\n')] = events.lineFeed;
    closed[byte('\r')] = events.carriageReturn;
    closed[byte(delimiter)] = events.cellEnd;
    closed[0] = events.nul;
  });
  return table;
}

/** The state in which a line feed inside quotes leaves a cell: such a cell is text. */
export const quotedText = states.quoted + textState;
