import { GalleyError } from '../../base/errors.ts';

/** Reads the fields of an object that came from elsewhere: own ones only, no others, each of its type and within bounds. */
export class StrictReader {
  /** What the object is, for messages. */
  readonly place: string;
  readonly #object: object;

  private constructor(object: object, place: string) {
    this.#object = object;
    this.place = place;
  }

  /** @throws GalleyError `monitor.invalid_profile` where it is no object or has other fields */
  static of(value: unknown, place: string, fields: readonly string[]): StrictReader {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new GalleyError('monitor.invalid_profile', `A ${place} is no object.`);
    }
    const reader = new StrictReader(value, place);
    const other = Object.keys(value).find((field) => !fields.includes(field));
    if (other !== undefined) throw reader.fault(other.slice(0, 50), 'is not known');
    return reader;
  }

  fault(field: string, what: string): GalleyError {
    return new GalleyError('monitor.invalid_profile', `In a ${this.place}, ${field} ${what}.`, {
      details: { place: this.place, field },
    });
  }

  has(field: string): boolean {
    return Object.hasOwn(this.#object, field);
  }

  integer(field: string, minimum: number, maximum = Number.MAX_SAFE_INTEGER): number {
    const value = this.#value(field);
    if (!Number.isSafeInteger(value) || (value as number) < minimum || (value as number) > maximum) {
      throw this.fault(field, `is no whole number from ${minimum} to ${maximum}`);
    }
    return value as number;
  }

  /** A count that is 0 where it is left out. */
  count(field: string, maximum: number): number {
    return this.has(field) ? this.integer(field, 0, maximum) : 0;
  }

  number(field: string): number {
    const value = this.#value(field);
    if (typeof value !== 'number' || !Number.isFinite(value)) throw this.fault(field, 'is no number');
    return value;
  }

  text(field: string, longest: number): string {
    const value = this.#value(field);
    if (typeof value !== 'string' || value.length > longest) {
      throw this.fault(field, `is no text of at most ${longest} characters`);
    }
    return value;
  }

  object(field: string): object {
    const value = this.#value(field);
    if (typeof value !== 'object' || value === null) throw this.fault(field, 'is no object');
    return value;
  }

  isNull(field: string): boolean {
    return this.#value(field) === null;
  }

  isTrue(field: string): boolean {
    return this.#value(field) === true;
  }

  array(field: string, longest: number): unknown[] {
    const value = this.#value(field);
    if (!Array.isArray(value) || value.length > longest) throw this.fault(field, `is no list of at most ${longest}`);
    return value;
  }

  oneOf<Value extends string>(field: string, values: readonly Value[]): Value {
    const value = this.#value(field);
    const known = values.find((candidate) => candidate === value);
    if (known === undefined) throw this.fault(field, `is none of ${values.join(', ')}`);
    return known;
  }

  #value(field: string): unknown {
    return this.has(field) ? (this.#object as Record<string, unknown>)[field] : undefined;
  }
}
