import { reportError } from '../base/errors.ts';
import type { FieldFaultCode } from './field-rule.ts';

/** What is wrong with one field of one row; `row` is null for the request itself, `field` for a row as a whole. */
export interface RowFault {
  row: number | null;
  field: string | null;
  code:
    | FieldFaultCode
    | 'unknown_field'
    | 'row_not_object'
    | 'wrong_id'
    | 'duplicate_id'
    | 'wrong_event_time'
    | 'wrong_time'
    | 'wrong_length';
  message: string;
}

const mostListed = 1000;

/** The faults of a request. Those beyond the first so many are counted and never made: a request may have millions. */
export class RowFaults {
  readonly listed: RowFault[] = [];
  readonly #rows = new Set<number | null>();
  #total = 0;

  get total(): number {
    return this.#total;
  }

  /** How many rows have any; the request itself counts as one. */
  get rows(): number {
    return this.#rows.size;
  }

  add(row: number | null, fault: () => Omit<RowFault, 'row'>): void {
    this.#total++;
    this.#rows.add(row);
    if (this.listed.length < mostListed) this.listed.push({ row, ...fault() });
  }
}

const longestField = 60;

/** The code of an error; of rows that do not fit with the kind and the field of the first fault: `serving.invalid_rows unknown_field rain`. */
export function refusalReason(thrown: unknown): string {
  const { code, details } = reportError(thrown);
  const [first] =
    code === 'serving.invalid_rows' && Array.isArray(details?.faults) ? (details.faults as RowFault[]) : [];
  if (!first) return code;
  return `${code} ${first.code} ${first.field?.slice(0, longestField) ?? ''}`.trimEnd();
}
