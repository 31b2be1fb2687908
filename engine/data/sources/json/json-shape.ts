import { GalleyError } from '../../../base/errors.ts';
import { JsonReader } from './json-reader.ts';
import { eachItem, eachMember, skipValue } from './json-value.ts';

/** How a JSON file holds a table. */
export type JsonShape =
  /** Objects one after the other, as in NDJSON. */
  | { kind: 'objects' }
  /** A list of objects. */
  | { kind: 'list' }
  /** An object with one member that is a list of objects: `{"data": […]}`. */
  | { kind: 'wrapped'; member: string }
  /** An object of lists of values of the same length: `{"a": [1, 2], "b": [3, 4]}`. */
  | { kind: 'columns' };

const openBrace = 0x7b;
const openBracket = 0x5b;

type Member = { name: string; holds: 'objects' | 'values' | 'empty list' | 'other list' | 'no list'; length: number };

function memberOf(reader: JsonReader, name: string): Member {
  if (reader.peek() !== openBracket) {
    skipValue(reader, 1);
    return { name, holds: 'no list', length: 0 };
  }
  let objects = 0;
  let lists = 0;
  let length = 0;
  eachItem(reader, () => {
    const first = skipValue(reader, 2);
    if (first === openBrace) objects++;
    else if (first === openBracket) lists++;
    length++;
  });
  const holds =
    length === 0 ? 'empty list' : objects === length ? 'objects' : objects + lists === 0 ? 'values' : 'other list';
  return { name, holds, length };
}

function notTabular(name: string, reason: string): GalleyError {
  return new GalleyError(
    'data.not_tabular',
    `${name} is JSON, but not a table: ${reason}. Galley reads a list of objects, objects one a line, ` +
      'an object with one list of objects, and an object of equally long lists.',
    { details: { file: name } },
  );
}

function shapeOfObject(name: string, members: readonly Member[]): JsonShape {
  const tables = members.filter((member) => member.holds === 'objects');
  const [table, another] = tables;
  if (table && another) {
    const names = tables.map((member) => `"${member.name}"`).join(', ');
    throw notTabular(name, `it holds several lists of objects, ${names}; save the one that is wanted by itself`);
  }
  if (table) return { kind: 'wrapped', member: table.name };
  const lists = members.filter((member) => member.holds === 'values' || member.holds === 'empty list');
  if (members.length === 0 || lists.length < members.length) return { kind: 'objects' };
  const odd = lists.find((member) => member.length !== lists[0]?.length);
  if (odd) {
    throw notTabular(
      name,
      `its lists differ in length ("${lists[0]?.name}" has ${lists[0]?.length}, "${odd.name}" ${odd.length})`,
    );
  }
  return { kind: 'columns' };
}

/**
 * Finds out how a JSON file holds a table. Only a file that is one object is read to its end for that.
 * @throws GalleyError `data.not_tabular`, `data.malformed_json`
 */
export function shapeOf(path: string, name: string): JsonShape {
  const reader = new JsonReader(path, name);
  try {
    const first = reader.peek();
    if (first === openBracket) return { kind: 'list' };
    if (first !== openBrace) throw notTabular(name, 'it is a single value');
    const firstLine = reader.line;
    const members: Member[] = [];
    eachMember(reader, (member) => members.push(memberOf(reader, member)));
    if (reader.peek() !== -1) {
      if (reader.peek() === openBrace) return { kind: 'objects' };
      if (reader.line > firstLine && reader.peek() !== 0x2c) return { kind: 'objects' };
      throw reader.error('something follows after the end of the JSON value.');
    }
    return shapeOfObject(name, members);
  } finally {
    reader.close();
  }
}
