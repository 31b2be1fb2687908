import { GalleyError } from '../../../base/errors.ts';
import type { Field } from './fields.ts';

/** What could stand at a place of a filter. */
export type Expected =
  | { kind: 'field'; entity?: Field['entity'] }
  | { kind: 'comparator'; field: Field }
  | { kind: 'value'; field: Field }
  | { kind: 'connective' };

/** Something wrong with a filter or an order, and where. */
export class FilterFault extends Error {
  /** Of the first character that is wrong, from 0. */
  readonly position: number;
  readonly length: number;
  readonly expected: Expected | undefined;

  constructor(position: number, length: number, message: string, expected?: Expected) {
    super(message);
    this.position = position;
    this.length = length;
    this.expected = expected;
  }

  /** `At character 15: …`, people count from 1. */
  get sentence(): string {
    return `At character ${this.position + 1}: ${this.message}.`;
  }
}

/** Runs a reading of a user's text; its faults are told as errors of the call. @throws GalleyError with the code */
export function tellFaults<Result>(
  code: 'train.invalid_filter' | 'train.invalid_order',
  text: string,
  read: () => Result,
): Result {
  try {
    return read();
  } catch (fault) {
    if (!(fault instanceof FilterFault)) throw fault;
    const { position, length } = fault;
    const what = code === 'train.invalid_filter' ? 'filter' : 'order';
    const message = `The ${what} ${JSON.stringify(text)} cannot be read. ${fault.sentence}`;
    throw new GalleyError(code, message, { details: { text, position, length } });
  }
}
