import type { Signature } from '../../contract/values.ts';
import { weekdayName } from '../drift-columns.ts';
import type { ProfileValue } from './column-sketch.ts';
import { isHidden } from './reference-bins.ts';
import { labelOutput, type ReferenceProfile } from './reference-profile.ts';

/** An input as it is checked and logged: times are ISO 8601 texts in UTC. */
type InputValue = number | string | boolean | null;

/** What a model answered for a row. */
export interface RowAnswer {
  /** Null for regression. */
  label: string | null;
  /** The prediction, or the probabilities in the order of the classes. */
  scores: ArrayLike<number>;
}

/**
 * Reads the values of a reference's columns from a row of the version; those that bins hide are masked.
 *
 * @param masked inputs whose values may not be known
 * @returns a function of the inputs, in the order of the signature, and the answer; it gives the same array at every call
 */
export function rowReader(
  { columns }: ReferenceProfile,
  signature: Signature,
  masked: ReadonlySet<string> = new Set(),
): (inputs: readonly InputValue[], answer: RowAnswer) => ProfileValue[] {
  const positions = new Map(signature.inputs.map(({ name }, position) => [name, position]));
  const readers = columns.map(
    ({ role, bins }): ((inputs: readonly InputValue[], answer: RowAnswer) => ProfileValue) => {
      if (role === 'output') return isHidden(bins) ? () => undefined : outputReader(signature, bins.name);
      const position = positions.get(bins.name);
      if (position === undefined) return () => undefined;
      if (masked.has(bins.name) || isHidden(bins)) return (inputs) => (inputs[position] === null ? null : undefined);
      const isTime = isTimeType(signature.inputs[position]?.type);
      if (isTime) return (inputs) => weekdayOf(inputs[position]);
      return bins.kind === 'number' ? (inputs) => numberOf(inputs[position]) : (inputs) => textOf(inputs[position]);
    },
  );
  const values = new Array<ProfileValue>(readers.length);
  return (inputs, answer) => {
    for (let index = 0; index < readers.length; index++) values[index] = readers[index]?.(inputs, answer);
    return values;
  };
}

function isTimeType(type: string | undefined): boolean {
  return type === 'date' || type === 'timestamp';
}

function outputReader({ task }: Signature, name: string): (_: unknown, answer: RowAnswer) => ProfileValue {
  if (task === 'regression') return (_, { scores }) => scores[0];
  if (task === 'multiclass' || name === labelOutput) return (_, { label }) => label;
  return (_, { scores }) => scores[1];
}

function numberOf(value: InputValue | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

function textOf(value: InputValue | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}

function weekdayOf(value: InputValue | undefined): string | null {
  return weekdayName(typeof value === 'string' ? Date.parse(value.slice(0, 10)) : Number.NaN);
}
