import type { LogFilter, LoggedRow, LogPlace } from '../contract/deploy-log.ts';
import type { ColumnType, FieldSignature, Signature } from '../contract/values.ts';
import { sqlName, sqlText } from '../store/duck.ts';
import { inputColumn, labelColumn } from './log-columns.ts';
import { compareRows } from './logged-row.ts';

/** Which rows are wanted, in the order of the newest first. */
export interface LogQuery extends LogFilter {
  after?: LogPlace;
}

/** Whether a row meets a query. */
export function meetsQuery(row: LoggedRow, query: LogQuery): boolean {
  const received = Date.parse(row.receivedAt);
  return (
    (query.since === undefined || received >= Date.parse(query.since)) &&
    (query.until === undefined || received < Date.parse(query.until)) &&
    (query.rowId === undefined || row.rowId === query.rowId) &&
    (query.requestId === undefined || row.requestId === query.requestId) &&
    (query.version === undefined || row.version === query.version) &&
    (query.flag === undefined || row.flags.some(({ flag }) => isFlag(flag, query.flag))) &&
    (query.text === undefined || hasText(row, query.text)) &&
    Object.entries(query.inputs ?? {}).every(([name, value]) => row.inputs[name] === value) &&
    (query.after === undefined || compareRows(query.after, row) < 0)
  );
}

function isFlag(flag: string, wanted: LogFilter['flag']): boolean {
  return wanted === 'any' ? flag !== 'masked' : flag === wanted;
}

function hasText({ rowId, inputs, outputs }: LoggedRow, text: string): boolean {
  const label = 'label' in outputs ? outputs.label : null;
  const wanted = text.toLowerCase();
  return [rowId, label, ...Object.values(inputs)].some(
    (value) => typeof value === 'string' && value.toLowerCase().includes(wanted),
  );
}

/** The query as a condition in SQL over the parts of a version; null where none of its rows can meet it. */
export function querySql(query: LogQuery, signature: Signature): string | null {
  const conditions = [
    ...timeConditions(query),
    ...(query.rowId === undefined ? [] : [`row_id = ${sqlText(query.rowId)}`]),
    ...(query.requestId === undefined ? [] : [`request_id = ${sqlText(query.requestId)}`]),
    ...(query.flag === undefined ? [] : [flagCondition(query.flag)]),
    ...(query.text === undefined ? [] : [textCondition(query.text, signature)]),
  ];
  for (const [name, value] of Object.entries(query.inputs ?? {})) {
    const field = signature.inputs.find((input) => input.name === name);
    if (!field) return null;
    const condition = valueCondition(field, value);
    if (condition === null) return null;
    conditions.push(condition);
  }
  return conditions.length === 0 ? 'true' : conditions.join(' AND ');
}

function timeConditions({ since, until, after }: LogQuery): string[] {
  const conditions: string[] = [];
  if (since !== undefined) conditions.push(`received_at >= ${Date.parse(since)}`);
  if (until !== undefined) conditions.push(`received_at < ${Date.parse(until)}`);
  if (after !== undefined) {
    const place = [Date.parse(after.receivedAt), sqlText(after.requestId), sqlText(after.rowId), after.version];
    conditions.push(`(received_at, request_id, row_id, version) < (${place.join(', ')})`);
  }
  return conditions;
}

function flagCondition(flag: NonNullable<LogFilter['flag']>): string {
  const isWanted = flag === 'any' ? "f.flag <> 'masked'" : `f.flag = ${sqlText(flag)}`;
  return `len(list_filter(flags, lambda f: ${isWanted})) > 0`;
}

function textCondition(text: string, { inputs, task }: Signature): string {
  const shown = inputs
    .filter(({ type }) => kinds[type] === 'string')
    .map(({ name, type }) => shownSql(inputColumn(name), type));
  const label = task === 'regression' ? [] : [sqlName(labelColumn)];
  const found = ['row_id', ...shown, ...label].map(
    (value) => `contains(lower(${value}), ${sqlText(text.toLowerCase())})`,
  );
  return `(${found.map((one) => `coalesce(${one}, false)`).join(' OR ')})`;
}

/** A column as its values stand in a record: times are text there. */
export function shownSql(column: string, type: ColumnType): string {
  const name = sqlName(column);
  if (type === 'date') return `CAST(${name} AS VARCHAR)`;
  if (type === 'timestamp') return `strftime(${name}, '%Y-%m-%dT%H:%M:%S.%gZ')`;
  return name;
}

/** Null where an input of that type never has such a value. */
function valueCondition({ name, type }: FieldSignature, value: number | string | boolean | null): string | null {
  const column = shownSql(inputColumn(name), type);
  if (value === null) return `${column} IS NULL`;
  if (typeof value !== kinds[type]) return null;
  return `${column} = ${typeof value === 'string' ? sqlText(value) : value}`;
}

const kinds: Record<ColumnType, 'number' | 'string' | 'boolean'> = {
  int64: 'number',
  float64: 'number',
  decimal: 'number',
  boolean: 'boolean',
  date: 'string',
  timestamp: 'string',
  text: 'string',
};
