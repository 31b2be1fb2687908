import type { LogMask, PredictionRecord } from '../../contract/serving.ts';
import type { Signature } from '../../contract/values.ts';
import { type FieldRule, fieldRule, type InputValue } from '../../serving/field-rule.ts';
import { type InputMask, inputMask } from '../../serving/input-mask.ts';

type Logged = Pick<PredictionRecord, 'inputs' | 'flags'>;

/** A version whose records may stand in a log. */
export interface ImportedVersion {
  signature: Signature;
  inputs: LoggedInputs;
}

/** Makes what the log has of a row's inputs, by the rules and the mask of the prediction server. */
export class LoggedInputs {
  readonly names: readonly string[];
  readonly #fields: readonly { rule: FieldRule; mask: InputMask | undefined }[];
  readonly #unusable: (field: string) => void;

  /** @param unusable is told of each value that does not fit the signature; it counts as missing */
  constructor(signature: Signature, mask: LogMask, unusable: (field: string) => void) {
    this.names = signature.inputs.map(({ name }) => name);
    this.#fields = signature.inputs.map((field) => ({
      rule: fieldRule(field),
      mask: mask.inputs.includes(field.name) ? inputMask(mask) : undefined,
    }));
    this.#unusable = unusable;
  }

  /** Of a row of another server, with the remarks that this one would have made. */
  ofRow(cell: (name: string) => unknown): Logged {
    const logged: Logged = { inputs: {}, flags: [] };
    for (const { rule, mask } of this.#fields) {
      const value = this.#accepted(rule, cell(rule.field.name));
      const flag = value === null ? null : rule.flag(value);
      if (flag) logged.flags.push(flag);
      put(logged, rule.field.name, value, mask);
    }
    return logged;
  }

  /** Of a record, with the remarks that it has. What was masked when it was logged stays as it is. */
  ofRecord({ inputs, flags }: Logged): Logged {
    const logged: Logged = { inputs: {}, flags: [...flags] };
    const masked = new Set(flags.filter(({ flag }) => flag === 'masked').map(({ field }) => field));
    for (const { rule, mask } of this.#fields) {
      const { name } = rule.field;
      if (masked.has(name)) logged.inputs[name] = inputs[name] ?? null;
      else put(logged, name, this.#accepted(rule, inputs[name]), mask);
    }
    return logged;
  }

  #accepted(rule: FieldRule, value: unknown): InputValue {
    if (value === null || value === undefined || rule.isMissing(value)) return null;
    const accepted = rule.accept(value);
    if (accepted === undefined) this.#unusable(rule.field.name);
    return accepted ?? null;
  }
}

function put({ inputs, flags }: Logged, name: string, value: InputValue, mask: InputMask | undefined): void {
  Object.defineProperty(inputs, name, {
    value: mask && value !== null ? mask(value) : value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
  if (mask && value !== null) flags.push({ field: name, flag: 'masked' });
}
