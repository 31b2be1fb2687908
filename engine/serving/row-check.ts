import type { PredictionFlag } from '../contract/serving.ts';
import type { Signature } from '../contract/values.ts';
import { type FieldRule, fieldRule, type InputValue } from './field-rule.ts';
import type { RowFault, RowFaults } from './row-faults.ts';

/** A row that fits: its values in the order of the signature. */
export interface CheckedRow {
  values: InputValue[];
  flags: PredictionFlag[] | null;
}

/** Checks rows against a signature, strictly: nothing is coerced, nothing dropped. */
export class RowCheck {
  readonly #rules: FieldRule[];
  readonly #positions: ReadonlyMap<string, number>;

  constructor(signature: Signature) {
    this.#rules = signature.inputs.map(fieldRule);
    this.#positions = new Map(signature.inputs.map(({ name }, position) => [name, position]));
  }

  /** The row's values, or null where it has faults: those are added to `faults`. */
  check(row: unknown, index: number, faults: RowFaults): CheckedRow | null {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) {
      faults.add(index, notAnObject);
      return null;
    }
    const before = faults.total;
    const values = this.#place(row as Record<string, unknown>, index, faults);
    const flags = this.#accept(values, index, faults);
    return faults.total > before ? null : { values: values as InputValue[], flags };
  }

  /** The raw values by position; a field that the row does not have is null. */
  #place(row: Record<string, unknown>, index: number, faults: RowFaults): unknown[] {
    const values = new Array<unknown>(this.#rules.length).fill(null);
    for (const name of Object.keys(row)) {
      const position = this.#positions.get(name);
      if (position === undefined) {
        faults.add(index, () => unknownField(name));
      } else {
        values[position] = row[name];
      }
    }
    return values;
  }

  /** Turns raw values into checked ones in place. */
  #accept(values: unknown[], index: number, faults: RowFaults): PredictionFlag[] | null {
    let flags: PredictionFlag[] | null = null;
    for (let position = 0; position < values.length; position++) {
      const rule = this.#rules[position] as FieldRule;
      const value = values[position];
      if (value === null || rule.isMissing(value)) {
        if (!rule.field.nullable) faults.add(index, () => missing(rule));
        values[position] = null;
        continue;
      }
      const accepted = rule.accept(value);
      if (accepted === undefined) {
        faults.add(index, () => ({ field: rule.field.name, ...rule.fault(value) }));
        continue;
      }
      values[position] = accepted;
      const flag = rule.flag(accepted);
      if (flag) flags = flags ? [...flags, flag] : [flag];
    }
    return flags;
  }
}

function notAnObject(): Omit<RowFault, 'row'> {
  return { field: null, code: 'row_not_object', message: 'A row must be an object of columns.' };
}

function unknownField(field: string): Omit<RowFault, 'row'> {
  const message = `The model takes no field ${JSON.stringify(field.slice(0, 60))}.`;
  return { field, code: 'unknown_field', message };
}

function missing({ field: { name } }: FieldRule): Omit<RowFault, 'row'> {
  return { field: name, code: 'missing', message: `${name} is missing, and the model cannot do without it.` };
}
