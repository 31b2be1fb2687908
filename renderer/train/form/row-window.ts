import { readTime } from '../../../engine/contract/read-time.ts';
import type { RowWindow } from '../../../engine/contract/train.ts';

/** The rows that a training uses, by their time, as it is typed; an end that is empty is open. */
export interface WindowWish {
  /** Undefined for all rows. */
  column: string | undefined;
  from: string;
  to: string;
}

/** What is wrong with the texts. */
export type WindowFaults = Partial<Record<'from' | 'to', string>>;

export const allRows: WindowWish = { column: undefined, from: '', to: '' };

const notATime = 'A date is needed here, such as 2024-01-31.';

export function windowFaults({ column, from, to }: WindowWish): WindowFaults {
  if (column === undefined) return {};
  const [first, last] = [readTime(from), readTime(to)];
  const faults: WindowFaults = {
    ...(from.trim() !== '' && first === undefined && { from: notATime }),
    ...(to.trim() !== '' && last === undefined && { to: notATime }),
  };
  if (first !== undefined && last !== undefined && first >= last) faults.to = 'It must be after the first.';
  return faults;
}

/** The window for the engine; undefined where all rows are used. */
export function windowOf({ column, from, to }: WindowWish): RowWindow | undefined {
  const [first, last] = [readTime(from), readTime(to)];
  if (column === undefined || (first ?? last) === undefined) return undefined;
  return { column, ...(first !== undefined && { from: first }), ...(last !== undefined && { to: last }) };
}
