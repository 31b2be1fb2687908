import { sqlText } from '../../store/duck.ts';
import { duckType, type SchemaColumn } from '../schema.ts';
import { dateOrder, isOrdered, type SeenKinds } from './csv-types.ts';
import type { DecimalMark, ReadingRules } from './reading-rules.ts';

/** How DuckDB reads one column of a CSV file. */
export interface ColumnReading {
  /** Type that its reader gives the cells. */
  read: string;
  /** SQL from that to the column's type. */
  value: string;
  /** SQL for a number as text with a point and without groups, from a cell that was read as text. */
  number?: string;
  /** SQL for the kind of change of a cell that was read as text, null where it has none; undefined where none can be. */
  change?: string;
}

/** What a column is read from. */
export interface ColumnSource {
  /** Name of the cells' column in SQL. */
  cell: string;
  name: string;
  seen: SeenKinds;
  decimal: DecimalMark;
  rules: ReadingRules;
}

const truthTexts = ['true', 'yes', 'y', 't', 'on'];
const falseTexts = ['false', 'no', 'n', 'f', 'off'];
const dateSeparators = ['/', '.', '-'];
const times = ['', ' %H:%M', ' %H:%M:%S', 'T%H:%M', 'T%H:%M:%S'];
const list = (texts: readonly string[]) => texts.map(sqlText).join(', ');
const trimmed = (cell: string) => `trim(${cell}, ' \t')`;

/** The cell without spaces around it, null where it is empty or a word for a missing value. */
function present({ cell, seen, rules }: ColumnSource): string {
  const words = seen.has('missing') ? rules.missing : [];
  const text = trimmed(cell);
  return `(CASE WHEN ${text} IN (${list(['', ...words])}) THEN NULL ELSE ${text} END)`;
}

/** Branches of a CASE, undefined without any. */
function cases(branches: (readonly [condition: string, kind: string] | false)[]): string | undefined {
  const real = branches.filter((branch) => branch !== false);
  if (real.length === 0) return undefined;
  return `CASE ${real.map(([condition, kind]) => `WHEN ${condition} THEN ${sqlText(kind)}`).join(' ')} END`;
}

function reading(value: string, branches: Parameters<typeof cases>[0]): ColumnReading {
  const change = cases(branches);
  return { read: 'VARCHAR', value, ...(change === undefined ? {} : { change }) };
}

function isMissing(source: ColumnSource, value: string): readonly [string, string] | false {
  return (source.seen.has('missing') || source.seen.has('blank')) && [`${value} IS NULL`, 'missing'];
}

function hasGroups(seen: SeenKinds): boolean {
  return [...seen.keys()].some((kind) => kind.startsWith('group'));
}

function numberReading(column: SchemaColumn, source: ColumnSource): ColumnReading {
  const { cell, seen, decimal, rules } = source;
  const type = duckType(column);
  const grouped = hasGroups(seen);
  const comma = decimal === ',' && (seen.has('float') || seen.has('infinity') || grouped);
  const isDirect = !grouped && !comma && !seen.has('missing') && !seen.has('blank') && !seen.has('infinity');
  const marks = rules.thousands === ' ' ? ' \u00a0\u202f' : rules.thousands === "'" ? "'’" : rules.thousands;
  const together = grouped ? `translate(${present(source)}, ${sqlText(marks)}, '')` : present(source);
  const text = comma ? `replace(${together}, ',', '.')` : together;
  if (isDirect) return { read: type, value: cell, number: text };
  const value = `${text}::${type}`;
  const changes = reading(value, [
    isMissing(source, value),
    seen.has('infinity') && [`isinf((${value})::DOUBLE)`, 'infinite'],
    grouped && [`length(translate(${cell}, ${sqlText(marks)}, '')) < length(${cell})`, 'thousands'],
    comma && [`contains(${cell}, ',')`, 'decimal'],
  ]);
  return { ...changes, number: text };
}

function truthReading(source: ColumnSource): ColumnReading {
  const { cell, seen } = source;
  if ([...seen.keys()].every((kind) => kind === 'boolean' || kind === 'empty')) return { read: 'BOOLEAN', value: cell };
  const text = `lower(${trimmed(cell)})`;
  const value = `CASE WHEN ${text} IN (${list(truthTexts)}) THEN true WHEN ${text} IN (${list(falseTexts)}) THEN false END`;
  return reading(value, [isMissing(source, `(${value})`), [`${text} NOT IN ('true', 'false')`, 'boolean']]);
}

function timeReading(column: SchemaColumn, source: ColumnSource): ColumnReading {
  const { cell, name, seen, rules } = source;
  if (isOrdered(seen)) {
    const order = dateOrder(name, seen, rules) === 'month-day-year' ? ['%m', '%d'] : ['%d', '%m'];
    const formats = dateSeparators.flatMap((separator) =>
      (column.type === 'date' ? [''] : times).map((time) => [...order, '%Y'].join(separator) + time),
    );
    const value = `strptime(${present(source)}, [${list(formats)}])::${duckType(column)}`;
    return reading(value, [isMissing(source, value), ['true', 'date']]);
  }
  const plain = seen.has('missing') || seen.has('blank') ? present(source) : cell;
  if (column.type === 'timestamp' && seen.has('zonedTimestamp')) {
    const value = `make_timestamp(epoch_us(${plain}::TIMESTAMPTZ))`;
    const turned = `NOT regexp_matches(${cell}, '(Z|[+-]00(:?00)?)$')`;
    return reading(value, [isMissing(source, value), [turned, 'zone']]);
  }
  const type = duckType(column);
  if (plain === cell) return { read: type, value: cell };
  return reading(`${plain}::${type}`, [isMissing(source, `${plain}::${type}`)]);
}

function textReading({ cell, rules }: ColumnSource): ColumnReading {
  if (!rules.missingInTexts || rules.missing.length === 0) return { read: 'VARCHAR', value: cell };
  const value = `CASE WHEN ${cell} IN (${list(rules.missing)}) THEN NULL ELSE ${cell} END`;
  return reading(value, [[`(${value}) IS NULL`, 'missing']]);
}

/** How a column whose cells were all seen is read as a type that fits them. */
export function columnReading(column: SchemaColumn, source: ColumnSource): ColumnReading {
  switch (column.type) {
    case 'text':
      return textReading(source);
    case 'boolean':
      return truthReading(source);
    case 'date':
    case 'timestamp':
      return timeReading(column, source);
    default:
      return numberReading(column, source);
  }
}
