import type { ColumnType, Problem } from '../../contract/values.ts';
import type { CellKind } from './csv-automaton.ts';
import type { Sighting } from './csv-scan.ts';

/** What a column of a CSV file holds, in one file or in several that are read together. */
export type SeenKinds = ReadonlyMap<CellKind, Sighting>;

/** Kinds of cell that a type takes without changing any; `longInteger` is whole only in int64. */
const accepted: Record<Exclude<ColumnType, 'text' | 'decimal'>, ReadonlySet<CellKind>> = {
  int64: new Set(['integer', 'longInteger', 'blank', 'empty']),
  float64: new Set(['integer', 'float', 'blank', 'empty']),
  boolean: new Set(['boolean', 'empty']),
  date: new Set(['date', 'empty']),
  timestamp: new Set(['timestamp', 'zonedTimestamp', 'date', 'empty']),
};

const decimalKinds: ReadonlySet<CellKind> = new Set(['integer', 'longInteger', 'float', 'blank', 'empty']);

/** Types from the narrowest to the widest. */
const candidates = ['boolean', 'int64', 'float64', 'date', 'timestamp'] as const;

/** Kinds that name no type by themselves. */
const nothing: ReadonlySet<CellKind> = new Set(['empty', 'blank']);

function kindsOf(seen: SeenKinds): CellKind[] {
  return [...seen.keys()].filter((kind) => !nothing.has(kind));
}

/** The first cell that a type would change or cannot hold, if there is one. */
export function misfit(seen: SeenKinds, type: ColumnType): Sighting | undefined {
  if (type === 'text') return undefined;
  const fits = type === 'decimal' ? decimalKinds : accepted[type];
  const wrong = [...seen].filter(([kind]) => !fits.has(kind)).map(([, sighting]) => sighting);
  if (type === 'timestamp' && seen.has('zonedTimestamp')) {
    const withoutZone = seen.get('timestamp') ?? seen.get('date');
    if (withoutZone) wrong.push(withoutZone);
  }
  return wrong.sort((left, right) => left.line - right.line)[0];
}

/**
 * The narrowest type that holds every cell of a column without changing it, with a warning where a column began as
 * something narrower than it ended.
 */
export function chooseType(name: string, seen: SeenKinds): { type: ColumnType; warnings: Problem[] } {
  const kinds = kindsOf(seen);
  if (kinds.length === 0) {
    const message = `Column "${name}" has no value at all.`;
    return { type: 'text', warnings: [{ code: 'data.empty_column', message, column: name }] };
  }
  const type = candidates.find((candidate) => misfit(seen, candidate) === undefined) ?? 'text';
  return { type, warnings: type === 'text' ? textWarnings(name, seen) : [] };
}

function textWarnings(name: string, seen: SeenKinds): Problem[] {
  const first = [...seen]
    .filter(([kind]) => !nothing.has(kind))
    .sort(([, left], [, right]) => left.line - right.line)[0] as [CellKind, Sighting];
  const wide: CellKind = first[0] === 'integer' && seen.has('float') ? 'float' : first[0];
  const narrow = candidates.find((type) => accepted[type].has(wide));
  const breaking = narrow === undefined ? undefined : misfit(seen, narrow);
  if (narrow === undefined || breaking === undefined) return [];
  return [
    {
      code: 'data.mixed_types',
      message:
        `Column "${name}" is kept as text: it begins as ${narrow}, but line ${breaking.line} holds ` +
        `"${shortened(breaking.text)}", which ${narrow} would change or cannot hold.`,
      line: breaking.line,
      column: name,
    },
  ];
}

/** A cell's text as a message shows it. */
export function shortened(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}

/** What was seen in a column of several files, the first sighting of each kind. */
export function mergeSeen(first: SeenKinds, second: SeenKinds): Map<CellKind, Sighting> {
  return new Map([...second, ...first]);
}
