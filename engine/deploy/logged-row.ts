import { isoTime } from '../base/clock.ts';
import type { LoggedRow, LogPlace } from '../contract/deploy-log.ts';
import type { StoredRecord } from './log-lines.ts';

/** A record as it is shown. */
export function loggedRow(record: StoredRecord): LoggedRow {
  return {
    rowId: record.row_id,
    requestId: record.request_id,
    eventTime: isoTime(record.event_time),
    receivedAt: isoTime(record.received_at),
    version: record.version,
    shadow: record.shadow === true,
    inputs: record.inputs,
    outputs: record.outputs,
    latency: record.latency,
    flags: record.flags,
  };
}

/** A row's place, which no other row of the log has. */
export function placeOfRow({ receivedAt, requestId, rowId, version }: LoggedRow): LogPlace {
  return { receivedAt, requestId, rowId, version };
}

/** Below 0 where the first of two rows stands before the other: the newest first. */
export function compareRows(one: LogPlace, other: LogPlace): number {
  return (
    Date.parse(other.receivedAt) - Date.parse(one.receivedAt) ||
    byBytes(other.requestId, one.requestId) ||
    byBytes(other.rowId, one.rowId) ||
    other.version - one.version
  );
}

/** As DuckDB orders texts. */
function byBytes(one: string, other: string): number {
  return one === other ? 0 : Buffer.compare(Buffer.from(one), Buffer.from(other));
}
