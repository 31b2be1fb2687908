import type { Finding } from '../../contract/data-findings.ts';
import {
  conditions,
  count,
  type ExaminedColumn,
  type ExaminedTable,
  examinedColumns,
  finding,
  firstRow,
  percent,
  present,
  quoted,
  shortened,
} from './subject.ts';

/** Texts with more different values are names or prose: spelling is not compared. */
const mostSpellings = 20_000;
/** A text column is read as numbers or dates where so many of its values have that form. */
const leastAlike = 0.9;
const fewestRows = 20;
/** Spellings that a filter names. */
const mostNamed = 1000;
/** Tukey's outer fences. */
const fences = 3;
/** Values beyond the fences that are more than this are the tail of the distribution, not outliers. */
const mostOutliers = 0.01;

const numberForm = '[+-]?\\s?[$€£]?\\s?(\\d{1,3}([ ,.]\\d{3})+|[1-9]\\d*|0)([.,]\\d+)?([eE][+-]?\\d+)?\\s?%?';
const dateForm = '\\d{1,2}[./-]\\d{1,2}[./-](\\d{4}|\\d{2})|\\d{4}[./]\\d{1,2}[./]\\d{1,2}';

async function spellings(subject: ExaminedTable, column: ExaminedColumn): Promise<Finding | undefined> {
  if (column.distinct < 2 || column.distinct > Math.min(mostSpellings, present(column) / 2)) return undefined;
  const [groups, rows, example, rarer] = await firstRow(
    subject,
    `SELECT count(*)::DOUBLE, coalesce(sum(others), 0)::DOUBLE, first(spelt ORDER BY others DESC, spelt), flatten(list(spelt[2:] ORDER BY others DESC, spelt)) FROM (` +
      `SELECT list(v ORDER BY n DESC, v) AS spelt, sum(n) - max(n) AS others FROM (` +
      `SELECT ${column.sql} AS v, count(*) AS n FROM ${subject.table} WHERE ${column.sql} IS NOT NULL GROUP BY v) ` +
      `GROUP BY lower(trim(regexp_replace(nfc_normalize(v), '\\s+', ' ', 'g'))) HAVING count(*) > 1)`,
  );
  if (Number(groups) === 0) return undefined;
  const spelt = example as string[];
  return finding('warning', 'spelling_variants', [column.name], {
    message: `Column ${quoted(column.name)} writes ${count(Number(groups), 'value')} in several ways: capitals or spaces differ.`,
    evidence: `${spelt
      .slice(0, 4)
      .map((text) => JSON.stringify(shortened(text)))
      .join(', ')} are the same value.`,
    advice: 'Trim the spaces and bring them to one spelling: each way counts as a category of its own.',
    rows: Number(rows),
    filter: conditions('all', {
      column: column.name,
      operator: 'one_of',
      values: (rarer as string[]).slice(0, mostNamed),
    }),
  });
}

async function typedText(subject: ExaminedTable, column: ExaminedColumn): Promise<Finding | undefined> {
  if (present(column) < fewestRows) return undefined;
  const text = `trim(${column.sql})`;
  const [numbers, dates, other] = await firstRow(
    subject,
    `SELECT count_if(regexp_full_match(${text}, '${numberForm}'))::DOUBLE, ` +
      `count_if(regexp_full_match(${text}, '${dateForm}'))::DOUBLE, ` +
      `min(${column.sql}) FILTER (WHERE NOT regexp_full_match(${text}, '${numberForm}|${dateForm}')) FROM ${subject.table}`,
  );
  const there = present(column);
  const isDate = Number(dates) >= leastAlike * there;
  if (!isDate && Number(numbers) < leastAlike * there) return undefined;
  const share = percent(isDate ? Number(dates) : Number(numbers), there);
  const exception = other === null ? '' : `; ${JSON.stringify(shortened(String(other)))} does not`;
  return finding('warning', isDate ? 'dates_as_text' : 'numbers_as_text', [column.name], {
    message: `Column ${quoted(column.name)} is text, but its values look like ${isDate ? 'dates' : 'numbers'}.`,
    evidence: `${share} of the values have that form${exception}.`,
    advice: `Import it again and say how to read it (type, ${isDate ? 'order of day and month' : 'decimal and thousands marks'}, words for missing).`,
  });
}

async function outliers(subject: ExaminedTable, column: ExaminedColumn): Promise<Finding | undefined> {
  const [, lower, , upper] = column.quantiles ?? [];
  if (lower === undefined || upper === undefined || !(upper > lower) || present(column) < 5 * fewestRows)
    return undefined;
  const low = lower - fences * (upper - lower);
  const high = upper + fences * (upper - lower);
  if (Number(column.minimum) >= low && Number(column.maximum) <= high) return undefined;
  const beyond = `${column.sql} < ${low} OR (${column.sql} > ${high} AND ${column.sql} < 'Infinity'::DOUBLE)`;
  const [found, least, most] = await firstRow(
    subject,
    `SELECT count(*)::DOUBLE, min(${column.sql})::DOUBLE, max(${column.sql})::DOUBLE FROM ${subject.table} WHERE ${beyond}`,
  );
  const outside = Number(found);
  if (outside === 0 || outside > mostOutliers * present(column)) return undefined;
  const short = (value: number) => String(Number(value.toPrecision(4)));
  return finding('note', 'outliers', [column.name], {
    message: `Column ${quoted(column.name)} has ${count(outside, 'value')} far from the others.`,
    evidence:
      `${Number(least) < low ? `Down to ${short(Number(least))}` : `Up to ${short(Number(most))}`}; ` +
      `the fences, three times the quartiles' distance beyond them, are ${short(low)} and ${short(high)}.`,
    advice: 'Look whether they are errors or rare but real.',
    rows: outside,
    filter: conditions(
      'any',
      { column: column.name, operator: '<', values: [low] },
      { column: column.name, operator: '>', values: [high] },
    ),
  });
}

/** What only the values themselves tell: spellings, numbers and dates kept as text, outliers. */
export async function valueFindings(subject: ExaminedTable): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const column of examinedColumns(subject)) {
    subject.throwIfCanceled();
    const some =
      column.type === 'text'
        ? [await spellings(subject, column), await typedText(subject, column)]
        : [await outliers(subject, column)];
    found.push(...some.filter((one) => one !== undefined));
  }
  return found;
}
