import { GalleyError } from '../../base/errors.ts';
import { type Frame, type FrameColumn, findColumn } from '../../base/frame.ts';
import { nearestName, suggestName } from '../../base/nearest-name.ts';
import { columnParts } from './column-parts.ts';

/** Rows told apart by who they are about. */
export interface SensitiveGroups {
  /** A column, or `A+B`. */
  by: string;
  /** One a row, in [0, names.length); -1 where the value is missing or too rare to be a group. */
  codes: Int32Array;
  /** Of an intersection `left|right`. */
  names: string[];
}

const mostGroups = 20;
const rangesOfNumbers = 4;

/**
 * The groups of a column, or of several written `A+B`. Numbers with many values are cut at their quartiles.
 * @throws GalleyError `train.unknown_column`
 */
export function sensitiveGroups(frame: Frame, by: string): SensitiveGroups {
  const columns = columnsOf(frame, by).map(groupsOfColumn);
  const [first, ...others] = columns as [SensitiveGroups, ...SensitiveGroups[]];
  return { ...others.reduce(crossed, first), by };
}

/** The named columns, and every two of them together where there are few. */
export function withIntersections(sensitive: readonly string[]): string[] {
  if (sensitive.some((by) => by.includes('+')) || sensitive.length > 4) return [...new Set(sensitive)];
  const pairs = sensitive.flatMap((left, index) => sensitive.slice(index + 1).map((right) => `${left}+${right}`));
  return [...new Set([...sensitive, ...pairs])];
}

/** A column may have a plus in its name. */
function columnsOf(frame: Frame, by: string): FrameColumn[] {
  const whole = findColumn(frame, by);
  if (whole) return [whole];
  return by.split('+').map((name) => {
    const column = findColumn(frame, name);
    if (column) return column;
    throw unknownColumn(
      name,
      frame.columns.map((other) => other.name),
    );
  });
}

/** For a column that is none of these. */
export function unknownColumn(name: string, names: readonly string[]): GalleyError {
  return new GalleyError('train.unknown_column', `There is no column "${name}". ${suggestName(name, names)}`, {
    details: { column: name, nearest: nearestName(name, names) ?? null, columns: names },
  });
}

function groupsOfColumn(column: FrameColumn): SensitiveGroups {
  const [parts] = columnParts(column, { mostValues: mostGroups, ranges: rangesOfNumbers });
  const { codes, conditions, says } = parts as NonNullable<typeof parts>;
  const groups = conditions.flatMap(({ is, value }, code) =>
    is === 'missing'
      ? []
      : [{ code, isValue: is === 'equal', name: groupName(column.name, value, says[code] as string) }],
  );
  const order = groups.toSorted((a, b) => (a.isValue && b.isValue && a.name < b.name ? -1 : a.isValue ? 1 : 0));
  const newCode = new Map(order.map(({ code }, index) => [code, index]));
  return {
    by: column.name,
    codes: codes.map((code) => newCode.get(code) ?? -1),
    names: order.map(({ name }) => name),
  };
}

function groupName(column: string, value: string | number | boolean | undefined, says: string): string {
  return value === undefined ? says.slice(column.length + 1) : String(value);
}

/** Only those of both that have rows. */
function crossed(left: SensitiveGroups, right: SensitiveGroups): SensitiveGroups {
  const pairs = Int32Array.from(left.codes, (code, row) => {
    const other = right.codes[row] as number;
    return code < 0 || other < 0 ? -1 : code * right.names.length + other;
  });
  const present = [...new Set(pairs)].filter((pair) => pair >= 0).sort((a, b) => a - b);
  const newCode = new Map(present.map((pair, index) => [pair, index]));
  return {
    by: `${left.by}+${right.by}`,
    codes: pairs.map((pair) => newCode.get(pair) ?? -1),
    names: present.map(
      (pair) => `${left.names[Math.floor(pair / right.names.length)]}|${right.names[pair % right.names.length]}`,
    ),
  };
}
