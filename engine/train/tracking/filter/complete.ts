import { foldText } from '../../../base/fold-text.ts';
import type { OutputOf } from '../../../contract/call.ts';
import type { RunField, trainTrackingCalls } from '../../../contract/train-tracking.ts';
import { type Expected, FilterFault } from './fault.ts';
import { attributes, type Field, writeField, writeName } from './fields.ts';
import { parseFilter } from './parse.ts';

type Reading = OutputOf<typeof trainTrackingCalls.readFilter>;
type Item = Reading['completions']['items'][number];

const mostItems = 12;
/** A word, a number or a comparison that ends where the cursor stands. */
const unfinished = /(?:[\p{L}_][\p{L}\p{N}_-]*\.)*(?:`[^`]*`|[\p{L}_][\p{L}\p{N}_-]*)?$|[-+.\d][\d.eE+-]*$|[<>=!]+$/u;
const firstWord = /(?:[\p{L}_][\p{L}\p{N}_-]*\.)*$/u;

/**
 * What is wrong with a filter as a whole, and what could stand at the cursor: the parser reads what comes before the
 * word that the cursor stands in, and says what it expected next.
 */
export function readFilter(text: string, cursor: number, fields: readonly RunField[]): Reading {
  const before = text.slice(0, cursor);
  const from = beginOfWord(before);
  const typed = before.slice(from);
  const to = cursor + (/^[\p{L}\p{N}_`'-]*/u.exec(text.slice(cursor))?.[0].length ?? 0);
  const expected = expectedAfter(before.slice(0, from));
  const items = expected === undefined ? [] : itemsFor(expected, fields).filter(({ text }) => fits(text, typed));
  const isWritten = items.length === 1 && items[0]?.text === text.slice(from, to);
  return { error: faultOf(text), completions: { from, to, items: isWritten ? [] : items.slice(0, mostItems) } };
}

/** Where that begins which the cursor stands in or behind: a quote that does not end yet, or a word. */
function beginOfWord(before: string): number {
  let open: { quote: string; at: number } | undefined;
  for (const [at, character] of [...before.matchAll(/[`'"]/g)].map((match) => [match.index, match[0]] as const)) {
    if (open === undefined) open = { quote: character, at };
    else if (open.quote === character) open = undefined;
  }
  if (open === undefined) return before.search(unfinished);
  return open.quote === '`' ? before.slice(0, open.at).search(firstWord) : open.at;
}

function faultOf(text: string): Reading['error'] {
  try {
    parseFilter(text);
    return null;
  } catch (fault) {
    if (!(fault instanceof FilterFault)) throw fault;
    return { position: fault.position, length: fault.length, message: fault.sentence };
  }
}

/** What could follow; undefined where what comes before is wrong already. */
function expectedAfter(before: string): Expected | undefined {
  if (before.trim() === '') return { kind: 'field' };
  try {
    parseFilter(before);
    return { kind: 'connective' };
  } catch (fault) {
    if (!(fault instanceof FilterFault)) throw fault;
    return fault.position >= before.trimEnd().length ? fault.expected : undefined;
  }
}

function itemsFor(expected: Expected, fields: readonly RunField[]): Item[] {
  switch (expected.kind) {
    case 'field':
      return [
        ...fields.filter(({ entity }) => entity !== 'attributes').map(fieldItem),
        ...attributes.map(({ name, note }) => ({ text: `attributes.${name}`, note })),
      ];
    case 'comparator':
      return comparatorsOf(expected.field);
    case 'value':
      return valuesOf(expected.field, fields);
    case 'connective':
      return [
        { text: 'AND', note: 'both' },
        { text: 'OR', note: 'one of both' },
      ];
  }
}

function fieldItem({ entity, name, runs }: RunField): Item {
  return {
    text: `${entity}.${writeName(name)}`,
    note: runs === 1 ? 'of 1 run' : `of ${runs.toLocaleString('en-US')} runs`,
  };
}

function comparatorsOf({ type }: Field): Item[] {
  const equal = [
    { text: '=', note: 'is' },
    { text: '!=', note: 'is not' },
  ];
  const ordered = [
    { text: '<', note: 'less than' },
    { text: '<=', note: 'at most' },
    { text: '>', note: 'more than' },
    { text: '>=', note: 'at least' },
  ];
  const texts = [
    { text: 'LIKE', note: 'fits a pattern with % and _' },
    { text: 'ILIKE', note: 'the same, whatever the letter case' },
  ];
  const rest = [
    { text: 'IN', note: 'one of a list' },
    { text: 'IS NULL', note: 'the run has none' },
    { text: 'IS NOT NULL', note: 'the run has one' },
  ];
  if (type === 'number' || type === 'time') return [...ordered, ...equal, ...rest];
  return type === 'text' ? [...equal, ...texts, ...rest] : [...equal, ...ordered, ...texts, ...rest];
}

function valuesOf(field: Field, fields: readonly RunField[]): Item[] {
  const written = writeField(field);
  const known = fields.find((one) => one.field === written);
  return (known?.values ?? []).map((value) => ({ text: quoted(value), note: '' }));
}

function quoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** Whether an item goes on with what was typed; `rmse` finds `metrics.rmse`. */
function fits(item: string, typed: string): boolean {
  const wanted = bare(typed);
  const whole = bare(item);
  return whole.startsWith(wanted) || whole.slice(whole.indexOf('.') + 1).startsWith(wanted);
}

/** Without quotes and letter case. */
function bare(text: string): string {
  return foldText(text).replaceAll(/[`'"]/g, '');
}
