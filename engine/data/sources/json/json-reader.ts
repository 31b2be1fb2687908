import { closeSync, openSync, readSync } from 'node:fs';
import { GalleyError } from '../../../base/errors.ts';
import { Utf8Check } from '../utf8.ts';

const chunkBytes = 1 << 20;
/** One text or number may not be longer. */
const longestToken = 64 << 20;
/** Objects and lists within each other. */
export const deepestNesting = 64;

const lineFeed = 0x0a;
const quote = 0x22;
const backslash = 0x5c;

/** True for the bytes that a number or a word (`true`, `null`, `-Infinity`) consists of. */
const isWordByte = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[A-Za-z0-9+\-.]/.test(String.fromCharCode(byte)) ? 1 : 0,
);

/**
 * Pulls the parts of a JSON text out of a file of any size, one piece of it in memory at a time. Reads synchronously: who
 * reads much of it gives others a turn now and then.
 */
export class JsonReader {
  /** Line of the next byte, from 1. */
  line = 1;
  readonly #name: string;
  readonly #file: number;
  readonly #utf8 = new Utf8Check();
  #buffer: Buffer = Buffer.alloc(0);
  #position = 0;
  /** Place in the file of the buffer's first byte. */
  #start = 0;
  #ended = false;
  #lineStart = 0;

  /** @param name of the file, for messages */
  constructor(path: string, name: string) {
    this.#name = name;
    this.#file = openSync(path, 'r');
    this.#refill();
    if (this.#buffer[0] === 0xef && this.#buffer[1] === 0xbb && this.#buffer[2] === 0xbf) this.#position = 3;
  }

  /** Bytes that were read. */
  get offset(): number {
    return this.#start + this.#position;
  }

  close(): void {
    closeSync(this.#file);
  }

  error(message: string): GalleyError {
    const column = this.offset - this.#lineStart + 1;
    return new GalleyError('data.malformed_json', `Line ${this.line}, column ${column} of ${this.#name}: ${message}`, {
      details: { file: this.#name, lines: [this.line], column },
    });
  }

  /** Reads on, keeping the bytes from `keepFrom`. False at the end of the file. */
  #refill(keepFrom = this.#position): boolean {
    if (this.#ended) return false;
    const kept = this.#buffer.length - keepFrom;
    if (kept > longestToken) throw this.error('a text or number is longer than 64 MB.');
    const next = Buffer.allocUnsafe(kept + Math.max(chunkBytes, kept));
    this.#buffer.copy(next, 0, keepFrom);
    const read = readSync(this.#file, next, kept, next.length - kept, null);
    this.#start += keepFrom;
    this.#position -= keepFrom;
    this.#buffer = next.subarray(0, kept + read);
    this.#ended = read === 0;
    if (!this.#utf8.feed(next.subarray(kept, kept + read), this.#ended)) {
      throw new GalleyError('data.invalid_encoding', `${this.#name} is not valid UTF-8 near line ${this.line}.`, {
        details: { file: this.#name, lines: [this.line] },
      });
    }
    return !this.#ended;
  }

  /** The next byte that is no white space, not taken yet; -1 at the end of the file. */
  peek(): number {
    for (;;) {
      while (this.#position < this.#buffer.length) {
        const byte = this.#buffer[this.#position] as number;
        if (byte === lineFeed) {
          this.line++;
          this.#lineStart = this.offset + 1;
        } else if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return byte;
        this.#position++;
      }
      if (!this.#refill()) return -1;
    }
  }

  /** Takes the next byte where it is this one. */
  takes(character: string): boolean {
    if (this.peek() !== character.charCodeAt(0)) return false;
    this.#position++;
    return true;
  }

  /** Takes one of two bytes that must come next; true for the first. @throws GalleyError `data.malformed_json` */
  either(first: string, second: string): boolean {
    if (this.takes(first)) return true;
    if (this.takes(second)) return false;
    throw this.peek() === -1
      ? this.error(`the file ends where "${first}" or "${second}" should come.`)
      : this.error(`there should be "${first}" or "${second}".`);
  }

  /** A text in quotes, unescaped. @throws GalleyError `data.malformed_json` */
  text(): string {
    if (this.peek() !== quote) {
      throw this.error(
        this.peek() === -1 ? 'the file ends within an object or list.' : 'there should be a text in double quotes.',
      );
    }
    let from = this.#position + 1;
    let isAscii = true;
    let isEscaped = false;
    for (let at = from; ; at++) {
      if (at >= this.#buffer.length) {
        const read = at - this.#position;
        if (!this.#refill()) throw this.error('the file ends within a text.');
        from = this.#position + 1;
        at = this.#position + read;
      }
      const byte = this.#buffer[at] as number;
      if (byte === quote) {
        this.#position = at + 1;
        if (isEscaped) return this.#unescaped(this.#buffer.toString('utf8', from - 1, at + 1));
        return isAscii ? this.#buffer.toString('latin1', from, at) : this.#buffer.toString('utf8', from, at);
      }
      if (byte < 0x20) throw this.error('a text holds a control character that is not escaped.');
      if (byte >= 0x80) isAscii = false;
      if (byte === backslash) {
        isEscaped = true;
        at++;
        if (at >= this.#buffer.length) {
          const read = at - this.#position;
          if (!this.#refill()) throw this.error('the file ends within a text.');
          from = this.#position + 1;
          at = this.#position + read;
        }
      }
    }
  }

  #unescaped(literal: string): string {
    let text: string;
    try {
      text = JSON.parse(literal) as string;
    } catch {
      throw this.error('a text holds an escape that JSON does not know.');
    }
    if (!text.isWellFormed()) throw this.error('a text holds half of a surrogate pair, which is no character.');
    return text;
  }

  /** A number or one of the words true, false, null, NaN, Infinity, as it is written. */
  word(): string {
    this.peek();
    let at = this.#position;
    for (;;) {
      while (at < this.#buffer.length && isWordByte[this.#buffer[at] as number] === 1) at++;
      if (at < this.#buffer.length) break;
      const read = at - this.#position;
      if (!this.#refill()) break;
      at = this.#position + read;
    }
    const word = this.#buffer.toString('latin1', this.#position, at);
    if (word === '') {
      throw this.error(this.peek() === -1 ? 'the file ends where a value should come.' : 'there should be a value.');
    }
    this.#position = at;
    return word;
  }
}
