import { GalleyError } from '../base/errors.ts';
import type { NewId } from '../base/ids.ts';
import { count } from '../base/words.ts';
import { parseIsoTime } from './iso-time.ts';
import type { CheckedRow, RowCheck } from './row-check.ts';
import { type RowFault, RowFaults } from './row-faults.ts';
import { forEachRow } from './slices.ts';

/** Rows as a caller sent them. */
export interface AskedRows {
  /** Objects of columns. */
  rows: readonly unknown[];
  /** One a row where they are given, as event times. */
  ids?: unknown;
  eventTimes?: unknown;
}

/** Rows that all fit the signature. */
export interface CheckedRows {
  rows: CheckedRow[];
  ids: string[];
  /** UTC epoch milliseconds, null where the caller gave none. */
  eventTimes: (number | null)[];
}

const longestId = 200;

/**
 * Checks rows against a signature, whatever protocol they came by.
 * @throws GalleyError `serving.invalid_request` for none or too many, `serving.invalid_rows` with all faults
 */
export async function checkRows(
  { rows, ids, eventTimes }: AskedRows,
  check: RowCheck,
  largestRows: number,
  newId: NewId,
): Promise<CheckedRows> {
  requireRowCount(rows.length, largestRows);
  const faults = new RowFaults();
  const checked: CheckedRow[] = [];
  await forEachRow(rows, (row, index) => {
    const fits = check.check(row, index, faults);
    if (fits) checked.push(fits);
  });
  const result = {
    rows: checked,
    ids: readIds(ids, rows.length, newId, faults),
    eventTimes: readEventTimes(eventTimes, rows.length, faults),
  };
  if (faults.total > 0) throw invalidRows(faults);
  return result;
}

/** @throws GalleyError `serving.invalid_request` for none or too many */
export function requireRowCount(rows: number, largest: number): void {
  if (rows === 0) throw invalidRequest('There are no rows; send at least one.');
  if (rows > largest) throw invalidRequest(`There are ${rows} rows; one request may have ${largest}.`);
}

/** The refusal of a request whose form is wrong. */
export function invalidRequest(message: string): GalleyError {
  return new GalleyError('serving.invalid_request', message);
}

function readIds(ids: unknown, rows: number, newId: NewId, faults: RowFaults): string[] {
  const given = readList('ids', ids, rows, faults);
  if (!given) return Array.from({ length: rows }, () => newId('row'));
  const seen = new Set<unknown>();
  for (const [row, id] of given.entries()) {
    if (!isRowId(id)) {
      const message = `An id must be a text of 1 to ${longestId} characters.`;
      faults.add(row, () => ({ field: null, code: 'wrong_id', message }));
    } else if (seen.has(id)) {
      const message = `The id ${JSON.stringify(id)} stands at an earlier row of this request too.`;
      faults.add(row, () => ({ field: null, code: 'duplicate_id', message }));
    }
    seen.add(id);
  }
  return given as string[];
}

function readEventTimes(times: unknown, rows: number, faults: RowFaults): (number | null)[] {
  const given = readList('event_times', times, rows, faults);
  if (!given) return new Array<null>(rows).fill(null);
  return given.map((time, row) => {
    if (time === null) return null;
    const parsed = parseIsoTime(time);
    if (parsed === null) {
      const message = 'An event time must be an ISO date or timestamp, as "2004-02-29T13:45:00Z".';
      faults.add(row, () => ({ field: null, code: 'wrong_event_time', message }));
    }
    return parsed;
  });
}

/** The list where one was given and has a value for each row. */
function readList(name: string, list: unknown, rows: number, faults: RowFaults): unknown[] | null {
  if (list === undefined) return null;
  if (Array.isArray(list) && list.length === rows) return list;
  const message = `"${name}" must be a list with one value for each of the ${rows} rows.`;
  faults.add(null, () => ({ field: name, code: 'wrong_length', message }));
  return null;
}

/** Whether it can be the id of a row. */
export function isRowId(id: unknown): id is string {
  return typeof id === 'string' && id.length > 0 && id.length <= longestId;
}

/** The refusal of rows with all their faults, the first of very many. */
export function invalidRows({ listed, total, rows }: RowFaults): GalleyError {
  const first = listed[0] as RowFault;
  const where = first.row === null ? '' : `row ${first.row}: `;
  const message = `${count(total, 'fault')} in ${count(rows, 'row')}; the first, ${where}${first.message}`;
  return new GalleyError('serving.invalid_rows', message, { details: { faults: listed, total } });
}
