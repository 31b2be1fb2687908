import type { Expectation } from '../../contract/data-expectations.ts';
import type { SchemaColumn } from '../schema.ts';
import type { CheckInput } from './check-input.ts';
import { isNumber, isTime } from './conditions.ts';
import { type Verdict, wholeVerdict } from './verdict.ts';
import { listWord, rowsWord, shareWord, typeWord } from './words.ts';

function columnsVerdict(
  expectation: Extract<Expectation, { kind: 'columns' }>,
  schema: readonly SchemaColumn[],
): Verdict {
  const names = schema.map(({ name }) => name);
  const missing = expectation.columns.filter((name) => !names.includes(name));
  const others = expectation.only ? names.filter((name) => !expectation.columns.includes(name)) : [];
  const order = names.filter((name) => expectation.columns.includes(name));
  const isMoved =
    expectation.ordered === true && missing.length === 0 && order.some((name, at) => name !== expectation.columns[at]);
  const faults = [
    missing.length > 0 ? `Not there: ${listWord(missing)}.` : '',
    others.length > 0 ? `There besides: ${listWord(others)}.` : '',
    isMoved ? `Their order is ${listWord(order)}.` : '',
  ].filter((fault) => fault !== '');
  return wholeVerdict(faults.length === 0, names, faults.length === 0 ? 'They are.' : faults.join(' '));
}

function typeVerdict(expectation: Extract<Expectation, { kind: 'type' }>, schema: readonly SchemaColumn[]): Verdict {
  const column = schema.find(({ name }) => name === expectation.column) as SchemaColumn;
  const wanted = expectation.type;
  const passed = wanted === 'number' ? isNumber(column) : wanted === 'time' ? isTime(column) : column.type === wanted;
  return wholeVerdict(passed, column.type, `It is ${typeWord(column.type)}.`);
}

function growthVerdict(
  { least, most }: { least?: number; most?: number },
  rows: number,
  before: number | null,
): Verdict {
  if (before === null || before === 0) return wholeVerdict(null, null, 'There is no version before to compare with.');
  const growth = rows / before - 1;
  const passed = (least === undefined || growth >= least) && (most === undefined || growth <= most);
  const change = growth === 0 ? 'as many as' : `${shareWord(Math.abs(growth))} ${growth > 0 ? 'more' : 'fewer'} than`;
  return wholeVerdict(passed, growth, `${rowsWord(rows)}, ${change} before.`);
}

/** Verdicts that need no look at the rows, undefined for the other kinds; the expectation fits the schema (conditions.ts). */
export function schemaVerdict(
  expectation: Expectation,
  schema: readonly SchemaColumn[],
  rows: number,
  input: CheckInput,
): Verdict | undefined {
  switch (expectation.kind) {
    case 'present': {
      const isThere = schema.some(({ name }) => name === expectation.column);
      return wholeVerdict(isThere, isThere, isThere ? 'It is.' : 'It is not.');
    }
    case 'columns':
      return columnsVerdict(expectation, schema);
    case 'type':
      return typeVerdict(expectation, schema);
    case 'rows': {
      const { least = 0, most = Number.POSITIVE_INFINITY } = expectation;
      return wholeVerdict(rows >= least && rows <= most, rows, `There are ${rowsWord(rows)}.`);
    }
    case 'growth':
      return growthVerdict(expectation, rows, input.rowsBefore);
    default:
      return undefined;
  }
}
