import { GalleyError } from '../../../base/errors.ts';
import { isDay, isDayAndTime, kindOfFloat, kindOfInteger } from '../cell-values.ts';
import type { CellValue } from '../cells-writer.ts';
import { deepestNesting, type JsonReader } from './json-reader.ts';

const numberForm = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const dayForm = /^\d{4}-\d\d-\d\d$/;
const timeForm = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d(:?\d\d)?)?$/;
const nonFinite: Record<string, string> = { NaN: 'NaN', Infinity: 'Infinity', '-Infinity': '-Infinity' };

/** What a text can be read as: JSON has no dates, so a text in ISO 8601 is one; digits in quotes stay text. */
export function kindOfText(text: string): CellValue['kind'] {
  if (text.length < 10 || text.length > 40 || text.charCodeAt(4) !== 0x2d) return 'text';
  const isDate = dayForm.test(text);
  if (!isDate && !timeForm.test(text)) return 'text';
  const bytes = Buffer.from(text);
  if (isDate) return isDay(bytes, 0) ? 'date' : 'text';
  if (!isDayAndTime(bytes, 0, bytes.length)) return 'text';
  return /(Z|[+-]\d\d(:?\d\d)?)$/.test(text.slice(16)) ? 'zonedTimestamp' : 'timestamp';
}

/** A number or word; undefined for `null`. @throws GalleyError `data.malformed_json` */
export function wordValue(reader: JsonReader): CellValue | undefined {
  const word = reader.word();
  if (word === 'null') return undefined;
  if (word === 'true' || word === 'false') return { kind: 'boolean', text: word };
  const odd = nonFinite[word];
  if (odd) return { kind: 'float', text: odd };
  const parts = numberForm.exec(word);
  if (!parts) throw reader.error(`"${word.slice(0, 40)}" is no value of JSON.`);
  if (parts[2] !== undefined || parts[3] !== undefined) return { kind: kindOfFloat(word), text: word };
  return { kind: kindOfInteger(word), text: word };
}

/** Throws where objects and lists are too deep in each other. */
export function checkDepth(reader: JsonReader, depth: number): void {
  if (depth <= deepestNesting) return;
  const { details } = reader.error('');
  throw new GalleyError(
    'data.too_deep',
    `Line ${reader.line}: objects and lists lie more than ${deepestNesting} deep in each other.`,
    { details },
  );
}

/** Visits the members of an object that begins next. */
export function eachMember(reader: JsonReader, visit: (name: string) => void): void {
  reader.takes('{');
  if (reader.takes('}')) return;
  do {
    const name = reader.text();
    if (!reader.takes(':')) throw reader.error('there should be ":" after the name.');
    visit(name);
  } while (reader.either(',', '}'));
}

/** Visits the items of a list that begins next. */
export function eachItem(reader: JsonReader, visit: () => void): void {
  reader.takes('[');
  if (reader.takes(']')) return;
  do visit();
  while (reader.either(',', ']'));
}

/** Any value as compact JSON, numbers as they are written. */
export function compactValue(reader: JsonReader, depth: number): string {
  checkDepth(reader, depth);
  const next = reader.peek();
  if (next === 0x22) return JSON.stringify(reader.text());
  if (next === 0x5b) {
    const items: string[] = [];
    eachItem(reader, () => items.push(compactValue(reader, depth + 1)));
    return `[${items.join(',')}]`;
  }
  if (next === 0x7b) {
    const members: string[] = [];
    eachMember(reader, (name) => members.push(`${JSON.stringify(name)}:${compactValue(reader, depth + 1)}`));
    return `{${members.join(',')}}`;
  }
  return wordValue(reader)?.text ?? 'null';
}

/** Reads over any value; answers the byte that it began with. */
export function skipValue(reader: JsonReader, depth: number): number {
  checkDepth(reader, depth);
  const next = reader.peek();
  if (next === 0x22) reader.text();
  else if (next === 0x5b) eachItem(reader, () => skipValue(reader, depth + 1));
  else if (next === 0x7b) eachMember(reader, () => skipValue(reader, depth + 1));
  else wordValue(reader);
  return next;
}
