import { damagedFile } from './file-faults.ts';

/** A typed array as a file of UBJSON has it, or a list of JSON. */
type NumberList = ArrayLike<unknown>;

interface NumberRule {
  /** How many there must be. */
  length?: number;
  integer?: boolean;
  /** Whether NaN and infinite numbers may stand there; they may not where absent. */
  anyNumber?: boolean;
  minimum?: number;
  /** The first number that is too large. */
  below?: number;
}

/** An object of a file that nobody vouches for. Whatever is asked of it is checked; errors name the place in the file. */
export class FileFields {
  readonly #object: Readonly<Record<string, unknown>>;
  readonly #place: string;

  /** @param place of the object in the file, '' for the outermost. */
  constructor(value: unknown, place = '') {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value))
      throw damagedFile(place === '' ? 'its beginning' : place, 'an object is expected there');
    this.#object = value as Record<string, unknown>;
    this.#place = place;
  }

  placeOf(name: string): string {
    return this.#place === '' ? name : `${this.#place}.${name}`;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#object, name) && this.#object[name] !== null;
  }

  object(name: string): FileFields {
    return new FileFields(this.#value(name), this.placeOf(name));
  }

  objects(name: string): FileFields[] {
    const value = this.#value(name);
    if (!Array.isArray(value)) throw damagedFile(this.placeOf(name), 'a list is expected there');
    return value.map((item, index) => new FileFields(item, `${this.placeOf(name)}[${index}]`));
  }

  text(name: string): string {
    const value = this.#value(name);
    if (typeof value !== 'string') throw damagedFile(this.placeOf(name), 'a text is expected there');
    return value;
  }

  texts(name: string): string[] {
    const value = this.#value(name);
    if (!Array.isArray(value) || value.some((item) => typeof item !== 'string'))
      throw damagedFile(this.placeOf(name), 'a list of texts is expected there');
    return value as string[];
  }

  /** A number that is written as one or, as XGBoost's parameters are, as a text. */
  number(name: string, rule: NumberRule = {}): number {
    const value = this.#value(name);
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return checkedNumber(number, this.placeOf(name), rule);
  }

  numbers(name: string, rule: NumberRule = {}): Float64Array {
    const value = this.#value(name);
    if (!Array.isArray(value) && !(ArrayBuffer.isView(value) && !(value instanceof DataView)))
      throw damagedFile(this.placeOf(name), 'a list of numbers is expected there');
    const list = value as unknown as NumberList;
    if (rule.length !== undefined && list.length !== rule.length)
      throw damagedFile(this.placeOf(name), `${list.length} numbers stand there where ${rule.length} are expected`);
    return Float64Array.from(list, (item, index) => {
      return checkedNumber(item, `${this.placeOf(name)}[${index}]`, rule);
    });
  }

  #value(name: string): unknown {
    if (!this.has(name)) throw damagedFile(this.placeOf(name), 'nothing stands there');
    return this.#object[name];
  }
}

/**
 * A value as a number. A boolean counts as 1 or 0, and null, as which a JSON file may have NaN, as NaN.
 * @throws GalleyError `package.model_file_damaged`
 */
export function checkedNumber(value: unknown, place: string, rule: NumberRule): number {
  const number =
    value === null ? Number.NaN : typeof value === 'boolean' || typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number') throw damagedFile(place, 'a number is expected there');
  if (rule.integer && !Number.isSafeInteger(number)) throw damagedFile(place, `${number} is not a whole number`);
  if (!rule.anyNumber && !Number.isFinite(number)) throw damagedFile(place, `${number} is not a finite number`);
  if (rule.minimum !== undefined && number < rule.minimum)
    throw damagedFile(place, `${number} is smaller than ${rule.minimum}`);
  if (rule.below !== undefined && number >= rule.below)
    throw damagedFile(place, `${number} is not below ${rule.below}`);
  return number;
}
