import type { Finding } from '../../contract/data-findings.ts';
import { count, type ExaminedTable, examinedColumns, finding, firstRow, percent, quoted } from './subject.ts';

/** Rows that share the 64-bit hash of some columns with an earlier one, and how many such groups there are. */
async function repeats(subject: ExaminedTable, columns: readonly string[]): Promise<{ rows: number; groups: number }> {
  const [rows, groups] = await firstRow(
    subject,
    `SELECT coalesce(sum(n - 1), 0)::DOUBLE, count(*)::DOUBLE FROM (SELECT count(*) AS n FROM ` +
      `(SELECT hash(${columns.join(', ')}) AS h FROM ${subject.table}) GROUP BY h HAVING count(*) > 1)`,
  );
  return { rows: Number(rows), groups: Number(groups) };
}

async function duplicateRows(subject: ExaminedTable): Promise<Finding | undefined> {
  const { rows, groups } = await repeats(
    subject,
    examinedColumns(subject).map((column) => column.sql),
  );
  if (rows === 0) return undefined;
  const isMany = rows >= 0.01 * subject.rows;
  return finding(isMany ? 'warning' : 'note', 'duplicate_rows', [], {
    message: `${count(rows, 'row')} repeat${rows === 1 ? 's' : ''} an earlier row in every column.`,
    evidence: `${percent(rows, subject.rows)} of all rows; ${count(groups, 'row')} occur${groups === 1 ? 's' : ''} more than once.`,
    advice:
      'Remove them if each row should stand for another thing: a model judged on a copy of what it learnt looks too good.',
    rows,
  });
}

async function duplicateKeys(subject: ExaminedTable): Promise<Finding | undefined> {
  const { keyColumns } = subject;
  const keys = examinedColumns(subject).filter((column) => keyColumns.includes(column.name));
  if (keys.length === 0 || keys.length < keyColumns.length) return undefined;
  const { rows, groups } = await repeats(
    subject,
    keys.map((column) => column.sql),
  );
  if (rows === 0) return undefined;
  const names = keys.map((column) => column.sql).join(', ');
  const example = await firstRow(
    subject,
    `SELECT ${keys.map((column) => `${column.sql}::VARCHAR`).join(', ')}, count(*)::DOUBLE FROM ${subject.table} ` +
      `GROUP BY ${names} HAVING count(*) > 1 ORDER BY count(*) DESC, ${names} LIMIT 1`,
  );
  return finding('warning', 'duplicate_keys', [...keyColumns], {
    message: `The key ${quoted(...keyColumns)} does not name one row: ${count(groups, 'key')} occur${groups === 1 ? 's' : ''} more than once.`,
    evidence: `${example.slice(0, -1).join(', ')} stands in ${count(Number(example.at(-1)), 'row')}.`,
    advice: 'Name the columns that do, or remove the rows that are too many: a comparison by key needs one row a key.',
    rows,
  });
}

/** Whole rows, and keys, that occur more than once; by 64-bit hashes, which tell 10 million rows apart with near certainty. */
export async function rowFindings(subject: ExaminedTable): Promise<Finding[]> {
  const found = [await duplicateRows(subject), await duplicateKeys(subject)];
  return found.filter((one) => one !== undefined);
}
