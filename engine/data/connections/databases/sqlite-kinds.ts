import type { Wish } from './database.ts';

const largestExact = 2n ** 53n;
const datePattern = /^\d{4}-\d{2}-\d{2}$/;
const timePattern = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?$/;

/** SQLite lets every cell have a type of its own: what a column is, is what is found in it. */
export class FoundKinds {
  readonly #declared: string;
  #whole = 0;
  #beyondExact = false;
  #onlyTruth = true;
  #numbers = 0;
  #texts = 0;
  #bytes = 0;
  #dates = 0;
  #times = 0;

  constructor(declared: string | null) {
    this.#declared = (declared ?? '').toUpperCase();
  }

  /** The value as text, counted by its kind. */
  text(value: null | bigint | number | string | Buffer): string | null {
    if (value === null) return null;
    if (typeof value === 'bigint') return this.#countWhole(value);
    if (typeof value === 'number') {
      this.#numbers++;
      return String(value);
    }
    if (typeof value === 'string') return this.#countText(value);
    this.#bytes++;
    return value.toString('hex');
  }

  /** What all values together are; a mix of numbers and texts is wished as number and, as that fails, becomes text with a warning. */
  wish(): Wish {
    if (this.#texts > 0 && this.#whole + this.#numbers > 0) return { type: 'float64' };
    if (this.#texts > 0) return this.#textWish();
    if (this.#bytes > 0) return { type: 'text' };
    if (this.#numbers > 0) return { type: this.#beyondExact ? 'number' : 'float64' };
    if (this.#whole === 0) return { type: this.#declaredType() };
    return { type: this.#onlyTruth && this.#declared.startsWith('BOOL') ? 'boolean' : 'int64' };
  }

  #countWhole(value: bigint): string {
    this.#whole++;
    if (value > largestExact || value < -largestExact) this.#beyondExact = true;
    if (value !== 0n && value !== 1n) this.#onlyTruth = false;
    return value.toString();
  }

  #countText(value: string): string {
    this.#texts++;
    if (this.#texts === this.#dates + 1 && datePattern.test(value)) this.#dates++;
    else if (this.#texts === this.#times + 1 && timePattern.test(value)) this.#times++;
    return value;
  }

  #textWish(): Wish {
    if (this.#dates === this.#texts) return { type: 'date' };
    return { type: this.#times === this.#texts ? 'timestamp' : 'text' };
  }

  /** Of a column without any value. */
  #declaredType(): 'int64' | 'float64' | 'text' {
    if (this.#declared.includes('INT')) return 'int64';
    return /REAL|FLOA|DOUB|NUM|DEC/.test(this.#declared) ? 'float64' : 'text';
  }
}
