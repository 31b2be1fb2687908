import type { Finding } from '../../contract/data-findings.ts';
import {
  count,
  type ExaminedColumn,
  type ExaminedTable,
  examinedColumns,
  finding,
  firstRow,
  present,
  quoted,
} from './subject.ts';

const fewestRows = 20;
/** Columns with more different values are only compared for being equal. */
const mostRecoded = 1000;
const mostPairs = 400;

/** Columns that are all different go 1:1 with each other whatever they say: they cannot be recodings. */
function isRepeating(column: ExaminedColumn): boolean {
  return column.distinct <= Math.min(mostRecoded, present(column) / 2);
}

/** What twins have in common, so that only columns that share it are compared. */
function likeness(column: ExaminedColumn): string {
  const { distinct, missing, type, minimum, maximum, mean, lengths } = column;
  if (isRepeating(column)) return `few ${distinct} ${missing}`;
  return `many ${type} ${missing} ${minimum} ${maximum} ${mean} ${lengths?.mean}`;
}

function groupsOf(columns: readonly ExaminedColumn[]): ExaminedColumn[][] {
  const candidates = columns.filter((column) => column.distinct > 1 && present(column) >= fewestRows);
  return [...Map.groupBy(candidates, likeness).values()].filter((group) => group.length > 1);
}

function copies(columns: readonly ExaminedColumn[]): Finding {
  const names = columns.map((column) => column.name);
  const [first, ...others] = names as [string, ...string[]];
  return finding('warning', 'copied_column', names, {
    message: `Column${others.length === 1 ? '' : 's'} ${quoted(...others)} repeat${others.length === 1 ? 's' : ''} ${quoted(first)} in every row.`,
    evidence: `${count(columns[0]?.rows ?? 0, 'row')} compared.`,
    advice: 'Keep one of them.',
  });
}

function recoding(left: ExaminedColumn, right: ExaminedColumn): Finding {
  const names = [left.name, right.name];
  return finding('note', 'recoded_column', names, {
    message: `Columns ${quoted(...names)} say the same in other words.`,
    evidence: `Each of ${count(left.distinct, 'value')} of one goes with exactly one of the other.`,
    advice: 'Keep the one that people read; the other adds nothing.',
  });
}

type Likeness = 'copy' | 'recoding' | 'other';

async function compare(subject: ExaminedTable, left: ExaminedColumn, right: ExaminedColumn): Promise<Likeness> {
  subject.throwIfCanceled();
  const isSameType = left.type === right.type;
  const isFew = isRepeating(left);
  const [different, pairs] = await firstRow(
    subject,
    `SELECT ${isSameType ? `count_if(${left.sql} IS DISTINCT FROM ${right.sql})::DOUBLE` : '1'}, ` +
      `${isFew ? `count(DISTINCT hash(${left.sql}, ${right.sql}))::DOUBLE` : '0'} FROM ${subject.table}`,
  );
  if (Number(different) === 0) return 'copy';
  const levels = left.distinct + (left.missing > 0 ? 1 : 0);
  return isFew && Number(pairs) === levels ? 'recoding' : 'other';
}

/** Columns that are copies of another, or 1:1 recodings of up to 1,000 values. */
export async function twinFindings(subject: ExaminedTable): Promise<Finding[]> {
  const found: Finding[] = [];
  let comparisons = 0;
  for (const group of groupsOf(examinedColumns(subject))) {
    const originals: { columns: ExaminedColumn[] }[] = [];
    for (const column of group) {
      let isCopy = false;
      for (const { columns } of originals) {
        if (++comparisons > mostPairs) return found;
        const likeness = await compare(subject, columns[0] as ExaminedColumn, column);
        if (likeness === 'copy') {
          columns.push(column);
          isCopy = true;
          break;
        }
        if (likeness === 'recoding') found.push(recoding(columns[0] as ExaminedColumn, column));
      }
      if (!isCopy) originals.push({ columns: [column] });
    }
    found.push(...originals.filter(({ columns }) => columns.length > 1).map(({ columns }) => copies(columns)));
  }
  return found;
}
