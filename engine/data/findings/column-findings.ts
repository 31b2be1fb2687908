import type { Finding } from '../../contract/data-findings.ts';
import { conditions, count, type ExaminedColumn, finding, percent, present, quoted, shortened } from './subject.ts';

/** A column is mostly missing where at most half of its values are there. */
const mostMissing = 0.5;
/** A column is almost constant where one value fills so much of it. */
const almostConstant = 0.995;
/** Judgements about how often values occur need so many rows. */
const fewestRows = 20;
const leastDifferent = 0.95;

function constant(column: ExaminedColumn): Finding | undefined {
  const there = present(column);
  if (there === 0) {
    return finding('warning', 'empty_column', [column.name], {
      message: `Column ${quoted(column.name)} has no value in any row.`,
      evidence: `${count(column.missing, 'row')}, all missing.`,
      advice: 'Leave it out, or find out why it is not filled.',
    });
  }
  if (column.distinct > 1 || column.rows < 2) return undefined;
  const value = column.top[0]?.value ?? String(column.minimum);
  const rest = column.missing > 0 ? ` or missing in ${count(column.missing, 'row')}` : '';
  return finding(column.missing > 0 ? 'note' : 'warning', 'constant_column', [column.name], {
    message: `Column ${quoted(column.name)} has one value only.`,
    evidence: `It is ${shortened(value)} in ${count(there, 'row')}${rest}.`,
    advice: 'It tells nothing apart: leave it out of training.',
  });
}

function almostConstantColumn(column: ExaminedColumn): Finding | undefined {
  const there = present(column);
  if (there < 10 * fewestRows || column.distinct < 2) return undefined;
  const top = column.top[0] ?? (column.zeros === null ? undefined : { value: '0', count: column.zeros });
  if (!top || top.count < almostConstant * there) return undefined;
  const value =
    column.type === 'text' ? top.value : column.type === 'boolean' ? top.value === 'true' : Number(top.value);
  const others = there - top.count;
  return finding('note', 'almost_constant_column', [column.name], {
    message: `Column ${quoted(column.name)} is almost always ${shortened(top.value)}.`,
    evidence: `${count(others, 'row')} of ${there.toLocaleString('en-US')} differ.`,
    advice: 'Look whether the few others are right; they seldom help a model.',
    rows: others,
    filter: conditions(
      'all',
      { column: column.name, operator: '!=', values: [value] },
      { column: column.name, operator: 'present' },
    ),
  });
}

function mostlyMissing(column: ExaminedColumn): Finding | undefined {
  if (column.rows < fewestRows || present(column) === 0 || column.missing < mostMissing * column.rows) return undefined;
  return finding('note', 'mostly_missing', [column.name], {
    message: `Column ${quoted(column.name)} is missing in ${percent(column.missing, column.rows)} of the rows.`,
    evidence: `${count(present(column), 'value')} in ${count(column.rows, 'row')}.`,
    advice: 'Find out whether missing means something; if not, leave it out.',
    rows: column.missing,
    filter: conditions('all', { column: column.name, operator: 'missing' }),
  });
}

/** True where whole numbers count up without large gaps, as numbers of orders and customers do. */
function isDense({ minimum, maximum, rows }: ExaminedColumn): boolean {
  return typeof minimum === 'number' && typeof maximum === 'number' && maximum - minimum < 2 * rows;
}

const keyName = /(^|[_\W])(id|key|uuid|guid|nr|no|number|code)$|[a-z]I[dD]$/;

/** Columns whose values are all different, or nearly so; an estimate of different values counts as such. */
function identifier(column: ExaminedColumn): Finding | undefined {
  const there = present(column);
  const isDifferent = column.distinct >= leastDifferent * there;
  if (there < fewestRows || !isDifferent) return undefined;
  const isKey = column.type === 'int64' && column.missing === 0 && (isDense(column) || keyName.test(column.name));
  if (!isKey && column.type !== 'text') return undefined;
  return finding('note', 'identifier_column', [column.name], {
    message: `Column ${quoted(column.name)} looks like a key: it tells rows apart.`,
    evidence: `${column.approximate ? 'About ' : ''}${count(column.distinct, 'different value')} in ${count(there, 'row')}.`,
    advice: 'Name it as the key of the dataset where it is one; a model cannot learn from it.',
  });
}

function futureDates(column: ExaminedColumn, now: number): Finding | undefined {
  if ((column.type !== 'date' && column.type !== 'timestamp') || typeof column.maximum !== 'string') return undefined;
  if (!(Date.parse(column.maximum) > now)) return undefined;
  const today = new Date(now).toISOString();
  const limit = column.type === 'date' ? today.slice(0, 10) : `${today.slice(0, 19)}Z`;
  return finding('note', 'future_dates', [column.name], {
    message: `Column ${quoted(column.name)} has dates that lie in the future.`,
    evidence: `The latest is ${column.maximum.replace('T', ' ').replace('Z', '')}.`,
    advice: 'Look at those rows: placeholders such as 9999-12-31 are best read as missing.',
    filter: conditions('all', { column: column.name, operator: '>', values: [limit] }),
  });
}

/** What the profile alone tells of a column. */
export function columnFindings(column: ExaminedColumn, now: number): Finding[] {
  const found = [
    constant(column),
    almostConstantColumn(column),
    mostlyMissing(column),
    identifier(column),
    futureDates(column, now),
  ];
  return found.filter((one) => one !== undefined);
}
