import type { ColumnType, Problem } from '../../contract/values.ts';
import { maskedText } from '../privacy/mask.ts';
import type { TruthWord } from './cell-words.ts';
import type { CellKind } from './csv-automaton.ts';
import type { Sighting } from './csv-scan.ts';
import type { DateOrder, ReadingRules } from './reading-rules.ts';

/** What a column of a CSV file holds, in one file or in several that are read together. */
export type SeenKinds = ReadonlyMap<CellKind, Sighting>;

/** Kinds that name no type by themselves. */
const nothing: ReadonlySet<CellKind> = new Set(['empty', 'blank', 'missing']);

/** Types from the narrowest to the widest. */
const candidates = ['boolean', 'int64', 'float64', 'date', 'timestamp'] as const;

/** Words for truth that go together: `true` in the first of each, `false` in the second. */
const truthFamilies: readonly (readonly [TruthWord, TruthWord])[] = [
  ['yes', 'no'],
  ['y', 'n'],
  ['t', 'f'],
  ['on', 'off'],
];
const truthKinds: ReadonlySet<CellKind> = new Set(['boolean', ...truthFamilies.flat()]);

function kindsOf(seen: SeenKinds): CellKind[] {
  return [...seen.keys()].filter((kind) => !nothing.has(kind));
}

/** In which order the dates of a column stand; undefined where neither its cells nor the rules say. */
export function dateOrder(name: string, seen: SeenKinds, rules: ReadingRules): DateOrder | undefined {
  if (rules.dates !== undefined) return rules.dates === 'iso' ? undefined : rules.dates;
  const isDayMonth = seen.has('dayMonth') || seen.has('dayMonthTime');
  const isMonthDay = seen.has('monthDay') || seen.has('monthDayTime');
  if (isDayMonth !== isMonthDay) return isDayMonth ? 'day-month-year' : 'month-day-year';
  return isDayMonth ? undefined : rules.hints.dates?.[name];
}

function orderedDates(order: DateOrder | undefined, time: '' | 'Time'): CellKind[] {
  if (order === undefined) return [];
  return [`${order === 'day-month-year' ? 'dayMonth' : 'monthDay'}${time}`, `eitherOrder${time}`];
}

/** Kinds of cell that a type takes without changing what they mean; `longInteger` is whole only in int64. */
function accepted(type: Exclude<ColumnType, 'text'>, name: string, seen: SeenKinds, rules: ReadingRules): CellKind[] {
  const { thousands } = rules;
  const groups: CellKind[] = thousands === '' ? [] : [`group:${thousands}`, `groups:${thousands}`];
  const fractions: CellKind[] = thousands === '' ? [] : [`groupsFraction:${thousands}`];
  switch (type) {
    case 'int64':
      return ['integer', 'longInteger', ...groups];
    case 'float64':
      return ['integer', 'float', 'infinity', ...groups, ...fractions];
    case 'decimal':
      return ['integer', 'longInteger', 'hugeInteger', 'float', ...groups, ...fractions];
    case 'boolean':
      return [...truthKinds];
    case 'date': {
      const order = dateOrder(name, seen, rules);
      return isOrdered(seen) ? orderedDates(order, '') : ['date'];
    }
    case 'timestamp': {
      const order = dateOrder(name, seen, rules);
      return isOrdered(seen)
        ? [...orderedDates(order, ''), ...orderedDates(order, 'Time')]
        : ['timestamp', 'zonedTimestamp', 'date'];
    }
  }
}

const orderedKinds = ['dayMonth', 'monthDay', 'eitherOrder'].flatMap((kind) => [kind, `${kind}Time`]) as CellKind[];

/** True where dates do not stand in the order of ISO 8601. */
export function isOrdered(seen: SeenKinds): boolean {
  return orderedKinds.some((kind) => seen.has(kind));
}

/** The first cell that a type would change or cannot hold, if there is one. */
export function misfit(name: string, seen: SeenKinds, type: ColumnType, rules: ReadingRules): Sighting | undefined {
  if (type === 'text') return undefined;
  const fits = new Set(accepted(type, name, seen, rules));
  const wrong = [...seen].filter(([kind]) => !nothing.has(kind) && !fits.has(kind)).map(([, sighting]) => sighting);
  if (type === 'timestamp' && seen.has('zonedTimestamp')) {
    const withoutZone = seen.get('timestamp') ?? seen.get('date');
    if (withoutZone) wrong.push(withoutZone);
  }
  return wrong.sort((left, right) => left.line - right.line)[0];
}

/** Whether cells that could be a type show it: infinities need a number beside them, words for truth both of a pair. */
function shows(type: (typeof candidates)[number], seen: SeenKinds): boolean {
  if (type === 'float64') return kindsOf(seen).some((kind) => kind !== 'infinity');
  if (type !== 'boolean') return true;
  const families = truthFamilies.filter((family) => family.some((word) => seen.has(word)));
  const [family] = families;
  if (family === undefined) return true;
  return (
    families.length === 1 && (family.every((word) => seen.has(word)) || (family[0] === 't' && seen.has('boolean')))
  );
}

/**
 * The narrowest type that holds every cell of a column without changing what it means, with a warning where a column
 * began as something narrower than it ended.
 */
export function chooseType(
  name: string,
  seen: SeenKinds,
  rules: ReadingRules,
): { type: ColumnType; warnings: Problem[] } {
  const kinds = kindsOf(seen);
  if (kinds.length === 0) {
    if (seen.has('missing')) return { type: 'text', warnings: [] };
    const message = `Column "${name}" has no value at all.`;
    return { type: 'text', warnings: [{ code: 'data.empty_column', message, column: name }] };
  }
  const type =
    candidates.find((candidate) => misfit(name, seen, candidate, rules) === undefined && shows(candidate, seen)) ??
    'text';
  return { type, warnings: type === 'text' ? textWarnings(name, seen, rules) : [] };
}

function textWarnings(name: string, seen: SeenKinds, rules: ReadingRules): Problem[] {
  const unclear = ambiguity(name, seen, rules);
  if (unclear) return [unclear];
  const first = [...seen]
    .filter(([kind]) => !nothing.has(kind))
    .sort(([, left], [, right]) => left.line - right.line)[0] as [CellKind, Sighting];
  if (first[0] === 'infinity' || (first[0] !== 'boolean' && truthKinds.has(first[0]))) return [];
  const wide: CellKind = first[0] === 'integer' && seen.has('float') ? 'float' : first[0];
  const begun: SeenKinds = new Map([[wide, first[1]]]);
  const narrow = candidates.find((type) => misfit(name, begun, type, rules) === undefined);
  const breaking = narrow === undefined ? undefined : misfit(name, seen, narrow, rules);
  if (narrow === undefined || breaking === undefined) return [];
  return [
    {
      code: 'data.mixed_types',
      message:
        `Column "${name}" is kept as text: it begins as ${typeWords[narrow]}, but line ${breaking.line} holds ` +
        `"${shownCell(name, breaking, rules)}".`,
      line: breaking.line,
      column: name,
    },
  ];
}

/** Types as messages name them. */
export const typeWords: Record<ColumnType, string> = {
  int64: 'a whole number',
  float64: 'a number',
  decimal: 'a decimal number',
  boolean: 'true or false',
  date: 'a date',
  timestamp: 'a date with a time',
  text: 'text',
};

/** The warning for a column that could be read in two ways. */
function ambiguity(name: string, seen: SeenKinds, rules: ReadingRules): Problem | undefined {
  const kinds = kindsOf(seen);
  const date = seen.get('eitherOrder') ?? seen.get('eitherOrderTime');
  if (date && rules.dates === undefined && kinds.every((kind) => orderedKinds.includes(kind))) {
    const message = `Column "${name}" is kept as text: whether "${shownCell(name, date, rules)}" in line ${date.line} begins with the day or the month cannot be seen. Say which.`;
    return { code: 'data.ambiguous_dates', message, line: date.line, column: name };
  }
  const numeric = (kind: CellKind) => ['integer', 'float', 'otherDecimal'].includes(kind) || /^groups?:/.test(kind);
  const group = [...seen].find(([kind]) => kind.startsWith('group:') || kind === 'otherDecimal')?.[1];
  if (group && kinds.every(numeric)) {
    const message = `Column "${name}" is kept as text: "${shownCell(name, group, rules)}" in line ${group.line} may be a number with a thousands mark or with a decimal mark. Say which.`;
    return { code: 'data.ambiguous_numbers', message, line: group.line, column: name };
  }
  return undefined;
}

/** A cell as a message shows it: dots where its column is marked. */
export function shownCell(column: string, { text }: Sighting, { hints }: ReadingRules): string {
  return hints.marked?.includes(column) ? maskedText : shortened(text);
}

/** A text no longer than a message wants it. */
export function shortened(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}

/** What was seen in a column of several files, the first sighting of each kind. */
export function mergeSeen(first: SeenKinds, second: SeenKinds): Map<CellKind, Sighting> {
  return new Map([...second, ...first]);
}
