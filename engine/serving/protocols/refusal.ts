import type { ErrorReport } from '../../contract/errors.ts';
import type { RowFault } from '../row-faults.ts';

/** Faults that a message in words names. */
const wordedFaults = 5;

/** An error as one text, for protocols that have no place for a list of faults. */
export function refusalWords({ code, message, hint, details }: ErrorReport): string {
  if (code !== 'serving.invalid_rows') return `${message} ${hint}`;
  const { faults, total } = details as { faults: RowFault[]; total: number };
  const named = faults.slice(0, wordedFaults).map(faultWords);
  const rest = total > named.length ? ` And ${total - named.length} more.` : '';
  return named.join(' ') + rest;
}

function faultWords({ row, message }: RowFault): string {
  return row === null ? message : `Row ${row}: ${message}`;
}
