import { largestFloat32 } from '../base/float32.ts';
import type { FieldSignature } from '../contract/values.ts';
import { type FieldRule, fieldRule, type InputValue } from './field-rule.ts';
import { setValue, type TensorColumn } from './tensors.ts';
import { valueOfText } from './value-of-text.ts';

/** Distinct texts of a column whose values are kept. */
const keptTexts = 4096;

/** Checks a column of cells with the rule that rows are checked by, and puts its values where the graph takes them. */
export class ColumnCheck {
  readonly field: FieldSignature;
  readonly #rule: FieldRule;
  readonly #known = new Map<string, InputValue | undefined>();

  constructor(field: FieldSignature) {
    this.field = field;
    this.#rule = fieldRule(field);
  }

  /**
   * @param cells NaN is missing; the field must be of numbers
   * @param into where the values go, from `start` on
   * @returns the place of the first cell that does not fit, or -1
   */
  numbers(cells: Float64Array, into: TensorColumn, start: number): number {
    if (into instanceof Float32Array) return this.#floats(cells, into, start);
    for (let place = 0; place < cells.length; place++) {
      const value = this.#value(cells[place]);
      if (value === undefined) return place;
      setValue(into, start + place, value);
    }
    return -1;
  }

  /** As `numbers`, for cells as text; null is missing. */
  texts(cells: readonly (string | null)[], into: TensorColumn, start: number): number {
    for (let place = 0; place < cells.length; place++) {
      const value = this.#ofText(cells[place] ?? null);
      if (value === undefined) return place;
      setValue(into, start + place, value);
    }
    return -1;
  }

  /** What the rules for numbers say, in a loop over plain numbers: files have hundreds of millions. */
  #floats(cells: Float64Array, into: Float32Array, start: number): number {
    const { nullable, type } = this.field;
    const isWhole = type === 'int64';
    const largest = isWhole ? Number.MAX_SAFE_INTEGER : largestFloat32;
    for (let place = 0; place < cells.length; place++) {
      const value = cells[place] as number;
      const fits = Number.isNaN(value)
        ? nullable
        : value <= largest && value >= -largest && (!isWhole || Number.isInteger(value));
      if (!fits) return place;
      into[start + place] = value;
    }
    return -1;
  }

  #ofText(text: string | null): InputValue | undefined {
    if (text === null) return this.#value(null);
    let value = this.#known.get(text);
    if (value !== undefined) return value;
    value = this.#value(valueOfText(this.field.type, text));
    if (this.#known.size >= keptTexts) this.#known.clear();
    this.#known.set(text, value);
    return value;
  }

  /** The value as `RowCheck` takes it, undefined where it is refused. */
  #value(raw: unknown): InputValue | undefined {
    if (raw === null || this.#rule.isMissing(raw)) return this.field.nullable ? null : undefined;
    return this.#rule.accept(raw);
  }
}
