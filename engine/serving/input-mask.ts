import { pseudonym } from '../base/pseudonym.ts';
import type { LogMask } from '../contract/serving.ts';
import type { Signature } from '../contract/values.ts';
import type { InputValue } from './field-rule.ts';

/** What the log gets of a marked input's value. */
export type InputMask = (value: InputValue) => string | null;

/** What the log gets of the inputs of a version's rows, which stand in the order of the signature. */
export class RowMask {
  /** What it was made of. */
  readonly of: LogMask;
  readonly #masks: readonly (InputMask | undefined)[];
  readonly #flags: readonly string[];

  constructor({ inputs }: Signature, mask: LogMask) {
    this.of = mask;
    this.#masks = inputs.map(({ name }) => (mask.inputs.includes(name) ? inputMask(mask) : undefined));
    this.#flags = inputs.map(({ name }) => JSON.stringify({ field: name, flag: 'masked' }));
  }

  /** The value of an input as the log has it. */
  shown(position: number, value: InputValue): InputValue {
    const mask = this.#masks[position];
    return mask ? mask(value) : value;
  }

  /** As JSON, that of each input whose value is not shown as it is. */
  flags(values: readonly InputValue[]): string[] {
    return this.#flags.filter((_, at) => this.#masks[at] !== undefined && values[at] !== null);
  }
}

/** A pseudonym of a text where there is a key, else nothing. */
export function inputMask({ key }: LogMask): InputMask {
  if (key === undefined) return () => null;
  const bytes = Buffer.from(key, 'hex');
  return (value) => (typeof value === 'string' ? pseudonym(bytes, value) : null);
}
