import type { ColumnProfile } from '../../contract/data.ts';
import type { InferredExpectation } from '../../contract/data-expectations.ts';
import { parquetTable, sqlName } from '../../store/duck.ts';
import type { CheckedRows } from './check-input.ts';
import { failingSql } from './failing-sql.ts';
import {
  categoryProposal,
  earliestProposal,
  freshProposal,
  lengthProposal,
  mayBeCategory,
  mayBeUnique,
  missingProposal,
  type Proposal,
  patternProposal,
  rangeProposal,
  rowsProposal,
  typeProposal,
} from './infer-rules.ts';
import { keyed } from './keys.ts';
import { positionedTable } from './positions.ts';
import { describeExpectation } from './words.ts';

/** What is known of the version beside its rows. */
export interface InferFacts {
  profile: readonly ColumnProfile[];
  keyColumns: readonly string[];
  timeColumn: string | null;
  /** UTC epoch milliseconds. */
  now: number;
}

/** Longer texts have no form worth finding. */
const longestCode = 64;

function asked(column: ColumnProfile): string {
  const name = sqlName(column.name);
  if (mayBeCategory(column)) return `histogram(${name})`;
  if (column.type === 'text' && (column.lengths?.maximum ?? 0) <= longestCode && (column.lengths?.maximum ?? 0) > 0) {
    const form = `regexp_replace(regexp_replace(regexp_replace(${name}, '[0-9]+', '0', 'g'), '[A-Z]+', 'A', 'g'), '[a-z]+', 'a', 'g')`;
    return `CASE WHEN min(${form}) = max(${form}) THEN min(${form}) END`;
  }
  return 'NULL';
}

/** Categories, forms of texts and numbers of different values, in one scan. */
async function look(
  rows: CheckedRows,
  columns: readonly ColumnProfile[],
): Promise<{ shape: unknown; distinct: number | null }[]> {
  if (columns.length === 0) return [];
  const measures = columns.flatMap((column) => [
    asked(column),
    mayBeUnique(column) ? `count(DISTINCT ${sqlName(column.name)})::DOUBLE` : 'NULL',
  ]);
  const sql = `SELECT ${measures.join(', ')} FROM ${parquetTable(rows.paths)}`;
  const values = (await rows.connection.runAndReadAll(sql)).getRowsJson()[0] ?? [];
  return columns.map((_, index) => {
    const distinct = values[2 * index + 1];
    return { shape: values[2 * index], distinct: typeof distinct === 'number' ? distinct : null };
  });
}

function counts(shape: unknown): Map<string, number> {
  return new Map((shape as { key: unknown; value: unknown }[]).map(({ key, value }) => [String(key), Number(value)]));
}

function ofValues(column: ColumnProfile, shape: unknown, isUnique: boolean): (Proposal | undefined)[] {
  if (column.type === 'text') {
    const category = Array.isArray(shape) ? categoryProposal(column.name, counts(shape)) : undefined;
    const pattern = typeof shape === 'string' ? patternProposal(column, shape) : undefined;
    return [category ?? pattern ?? lengthProposal(column)];
  }
  return [isUnique ? undefined : rangeProposal(column), earliestProposal(column)];
}

async function isOrdered(rows: CheckedRows, column: string): Promise<boolean> {
  const table = await positionedTable(rows.connection, rows.paths);
  const failing = failingSql({ key: '', expectation: { kind: 'monotonic', column } }, table, rows.schema);
  const answer = await rows.connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM (${failing} LIMIT 1)`);
  return Number(answer.getRows()[0]?.[0]) === 0;
}

async function isUniqueTogether(rows: CheckedRows, columns: readonly string[]): Promise<boolean> {
  const names = columns.map(sqlName).join(', ');
  const sql = `SELECT count(*)::DOUBLE FROM (SELECT 1 FROM ${parquetTable(rows.paths)} GROUP BY ${names} HAVING count(*) > 1 LIMIT 1)`;
  return Number((await rows.connection.runAndReadAll(sql)).getRows()[0]?.[0]) === 0;
}

async function ofTable(rows: CheckedRows, facts: InferFacts): Promise<(Proposal | undefined)[]> {
  const columns = rows.schema.map(({ name }) => name);
  const time = facts.profile.find(({ name }) => name === facts.timeColumn);
  const hasKey = facts.keyColumns.length > 0 && (await isUniqueTogether(rows, facts.keyColumns));
  return [
    { expectation: { kind: 'columns', columns, severity: 'block' }, why: 'These are the columns.' },
    rowsProposal(rows.rows),
    hasKey
      ? { expectation: { kind: 'unique', columns: [...facts.keyColumns] }, why: 'They are the key of the dataset.' }
      : undefined,
    time && freshProposal(time, facts.now),
    time && rows.rows > 1 && (await isOrdered(rows, time.name))
      ? { expectation: { kind: 'monotonic', column: time.name }, why: 'The rows stand in the order of their time.' }
      : undefined,
  ];
}

/**
 * Proposes expectations that the rows meet: their columns and types (these block), missing shares, what tells rows apart,
 * ranges, categories, forms and lengths of texts, the number of rows, and what is known of the time column. The rules stand
 * in infer-rules.ts and docs/data.md.
 */
export async function inferExpectations(rows: CheckedRows, facts: InferFacts): Promise<InferredExpectation[]> {
  const looked = await look(rows, facts.profile);
  const table = await ofTable(rows, facts);
  const ofColumns = facts.profile.flatMap((column, index) => {
    const { shape, distinct } = looked[index] ?? { shape: null, distinct: null };
    const isKey = facts.keyColumns.length === 1 && facts.keyColumns[0] === column.name;
    const isUnique = distinct !== null && distinct === rows.rows && column.name !== facts.timeColumn;
    const unique: Proposal | undefined =
      isUnique && !isKey
        ? { expectation: { kind: 'unique', columns: [column.name] }, why: 'No value comes twice.' }
        : undefined;
    return [typeProposal(column), missingProposal(column), unique, ...ofValues(column, shape, isUnique)];
  });
  const proposals = [...table, ...ofColumns].filter((proposal) => proposal !== undefined);
  return keyed(proposals.map(({ expectation }) => expectation)).map(({ key, expectation }, index) => ({
    key,
    expectation,
    says: describeExpectation(expectation),
    why: proposals[index]?.why ?? '',
  }));
}
