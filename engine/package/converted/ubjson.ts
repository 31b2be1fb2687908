import { damagedFile } from './file-faults.ts';

const mostDepth = 64;

/** Number types of UBJSON by their marker, big endian. */
const numberTypes: Record<string, { bytes: number; read(view: DataView, at: number): number | bigint }> = {
  i: { bytes: 1, read: (view, at) => view.getInt8(at) },
  U: { bytes: 1, read: (view, at) => view.getUint8(at) },
  I: { bytes: 2, read: (view, at) => view.getInt16(at) },
  l: { bytes: 4, read: (view, at) => view.getInt32(at) },
  L: { bytes: 8, read: (view, at) => view.getBigInt64(at) },
  d: { bytes: 4, read: (view, at) => view.getFloat32(at) },
  D: { bytes: 8, read: (view, at) => view.getFloat64(at) },
};

/**
 * Reads a file of Universal Binary JSON (https://ubjson.org) as XGBoost writes it. A list of numbers of one type becomes a
 * Float64Array. Counts are believed only as far as the file has bytes for them.
 * @throws GalleyError `package.model_file_damaged` with the byte at which it stopped.
 */
export function parseUbjson(bytes: Uint8Array): unknown {
  const reader = new UbjsonReader(bytes);
  return reader.value(reader.marker(), 0);
}

class UbjsonReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  marker(): string {
    this.#require(1);
    return String.fromCharCode(this.#bytes[this.#at++] as number);
  }

  value(marker: string, depth: number): unknown {
    if (depth > mostDepth) throw this.#damaged(`values lie in each other more than ${mostDepth} deep`);
    if (marker in numberTypes) return this.#number(marker);
    switch (marker) {
      case 'S':
        return this.#text();
      case 'C':
        return this.marker();
      case 'T':
        return true;
      case 'F':
        return false;
      case 'Z':
        return null;
      case '[':
        return this.#list(depth);
      case '{':
        return this.#object(depth);
      default:
        throw this.#damaged(`${JSON.stringify(marker)} is not a type`);
    }
  }

  #list(depth: number): unknown {
    const { type, count } = this.#header();
    if (type !== undefined && type in numberTypes) return this.#numbers(type, count as number);
    const list: unknown[] = [];
    if (count === undefined) {
      for (let marker = this.marker(); marker !== ']'; marker = this.marker()) list.push(this.value(marker, depth + 1));
    } else {
      for (let place = 0; place < count; place++) list.push(this.value(type ?? this.marker(), depth + 1));
    }
    return list;
  }

  #object(depth: number): unknown {
    const { type, count } = this.#header();
    // Without a prototype, so that no key of the file means more than a key.
    const object: Record<string, unknown> = Object.create(null);
    for (let place = 0; count === undefined || place < count; place++) {
      if (count === undefined && this.#peek() === '}') {
        this.#at++;
        break;
      }
      const key = this.#text();
      object[key] = this.value(type ?? this.marker(), depth + 1);
    }
    return object;
  }

  /** The type that all values have and their count, where they are told at the beginning. */
  #header(): { type?: string; count?: number } {
    let type: string | undefined;
    if (this.#peek() === '$') {
      this.#at++;
      type = this.marker();
    }
    if (this.#peek() !== '#') {
      if (type !== undefined) throw this.#damaged('a type stands there without a count');
      return {};
    }
    this.#at++;
    const count = this.#length();
    // Of a type without bytes of its own, a short file could promise any number of values.
    const bytes = type === undefined ? 1 : (numberTypes[type]?.bytes ?? 1);
    this.#require(count * bytes);
    return { type, count };
  }

  #numbers(type: string, count: number): Float64Array {
    const { bytes, read } = numberTypes[type] as (typeof numberTypes)[string];
    const numbers = new Float64Array(count);
    for (let place = 0; place < count; place++) numbers[place] = Number(read(this.#view, this.#at + place * bytes));
    this.#at += count * bytes;
    return numbers;
  }

  #number(type: string): number {
    const { bytes, read } = numberTypes[type] as (typeof numberTypes)[string];
    this.#require(bytes);
    const number = Number(read(this.#view, this.#at));
    this.#at += bytes;
    return number;
  }

  #length(): number {
    const type = this.marker();
    if (!(type in numberTypes)) throw this.#damaged('a length is expected');
    const length = this.#number(type);
    if (!Number.isSafeInteger(length) || length < 0) throw this.#damaged(`${length} is not a length`);
    return length;
  }

  #text(): string {
    const length = this.#length();
    this.#require(length);
    const bytes = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    try {
      return this.#decoder.decode(bytes);
    } catch {
      throw this.#damaged('a text is not UTF-8');
    }
  }

  #peek(): string {
    this.#require(1);
    return String.fromCharCode(this.#bytes[this.#at] as number);
  }

  #require(bytes: number): void {
    if (this.#at + bytes > this.#bytes.length) throw this.#damaged('the file ends before what it announced');
  }

  #damaged(fault: string) {
    return damagedFile(`byte ${this.#at}`, fault);
  }
}
