import { GalleyError } from '../base/errors.ts';
import type { NewId } from '../base/ids.ts';
import { parseIsoDate, parseIsoTimestamp } from './iso-time.ts';
import type { CheckedRow, RowCheck, RowFault } from './row-check.ts';
import { forEachRow } from './slices.ts';

/** A request to /predict whose every row fits the signature. */
export interface PredictRequest {
  /** Asked as `row`, so answered as one prediction rather than a list. */
  single: boolean;
  rows: CheckedRow[];
  ids: string[];
  /** UTC epoch milliseconds, null where the caller gave none. */
  eventTimes: (number | null)[];
}

/** Faults beyond so many are counted, not listed. */
export const listedFaults = 1000;

const longestId = 200;
const listKeys = ['rows', 'ids', 'event_times'];
const singleKeys = ['row', 'id', 'event_time'];

/**
 * Reads the body of a request: `{row, id?, event_time?}` or `{rows, ids?, event_times?}`.
 * @throws GalleyError `serving.invalid_request` where the form is wrong, `serving.invalid_rows` with all faults of the rows
 */
export async function readPredictRequest(
  body: unknown,
  check: RowCheck,
  largestRows: number,
  newId: NewId,
): Promise<PredictRequest> {
  const { single, rows, ids, eventTimes } = readForm(body, largestRows);
  const faults: RowFault[] = [];
  const checked: CheckedRow[] = [];
  await forEachRow(rows, (row, index) => {
    const fits = check.check(row, index, faults);
    if (fits) checked.push(fits);
  });
  const request = {
    single,
    rows: checked,
    ids: readIds(ids, rows.length, newId, faults),
    eventTimes: readEventTimes(eventTimes, rows.length, faults),
  };
  if (faults.length > 0) throw invalidRows(faults);
  return request;
}

function readForm(body: unknown, largestRows: number) {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalidRequest('The body must be an object {"row": {...}} or {"rows": [...]}.');
  }
  const { row, rows, id, ids, event_time, event_times } = body as Record<string, unknown>;
  const single = row !== undefined;
  if (single === (rows !== undefined)) throw invalidRequest('The body must have either "row" or "rows".');
  const allowed = single ? singleKeys : listKeys;
  const unknown = Object.keys(body).filter((key) => !allowed.includes(key));
  if (unknown.length > 0) {
    const named = unknown.map((key) => JSON.stringify(key.slice(0, 60))).join(', ');
    throw invalidRequest(`Beside "${allowed[0]}" the body may have "${allowed[1]}" and "${allowed[2]}", not ${named}.`);
  }
  if (single) return { single, rows: [row], ids: only(id), eventTimes: only(event_time) };
  if (!Array.isArray(rows)) throw invalidRequest('"rows" must be a list of objects.');
  if (rows.length === 0) throw invalidRequest('"rows" is empty; send at least one row.');
  if (rows.length > largestRows) {
    throw invalidRequest(`"rows" has ${rows.length} rows; one request may have ${largestRows}.`);
  }
  return { single, rows, ids, eventTimes: event_times };
}

function only(value: unknown): unknown[] | undefined {
  return value === undefined ? undefined : [value];
}

function readIds(ids: unknown, rows: number, newId: NewId, faults: RowFault[]): string[] {
  const given = readList('ids', ids, rows, faults);
  if (!given) return Array.from({ length: rows }, () => newId('row'));
  const seen = new Set<unknown>();
  for (const [row, id] of given.entries()) {
    if (typeof id !== 'string' || id.length === 0 || id.length > longestId) {
      const message = `An id must be a text of 1 to ${longestId} characters.`;
      faults.push({ row, field: null, code: 'wrong_id', message });
    } else if (seen.has(id)) {
      const message = `The id ${JSON.stringify(id)} stands at an earlier row of this request too.`;
      faults.push({ row, field: null, code: 'duplicate_id', message });
    }
    seen.add(id);
  }
  return given as string[];
}

function readEventTimes(times: unknown, rows: number, faults: RowFault[]): (number | null)[] {
  const given = readList('event_times', times, rows, faults);
  if (!given) return new Array<null>(rows).fill(null);
  return given.map((time, row) => {
    if (time === null) return null;
    const parsed = typeof time === 'string' ? (parseIsoTimestamp(time) ?? parseIsoDate(time)) : null;
    if (parsed === null) {
      const message = 'An event time must be an ISO date or timestamp, as "2004-02-29T13:45:00Z".';
      faults.push({ row, field: null, code: 'wrong_event_time', message });
    }
    return parsed;
  });
}

/** The list where one was given and has a value for each row. */
function readList(name: string, list: unknown, rows: number, faults: RowFault[]): unknown[] | null {
  if (list === undefined) return null;
  if (Array.isArray(list) && list.length === rows) return list;
  const message = `"${name}" must be a list with one value for each of the ${rows} rows.`;
  faults.push({ row: null, field: name, code: 'wrong_length', message });
  return null;
}

function invalidRequest(message: string): GalleyError {
  return new GalleyError('serving.invalid_request', message);
}

function invalidRows(faults: RowFault[]): GalleyError {
  const rows = new Set(faults.map(({ row }) => row)).size;
  const first = faults[0] as RowFault;
  const where = first.row === null ? '' : `row ${first.row}: `;
  const message = `${faults.length} fault(s) in ${rows} row(s); the first, ${where}${first.message}`;
  return new GalleyError('serving.invalid_rows', message, {
    details: { faults: faults.slice(0, listedFaults), total: faults.length },
  });
}
