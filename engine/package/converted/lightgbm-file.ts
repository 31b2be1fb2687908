import { damagedFile } from './file-faults.ts';

/** One block of `key=value` lines of a LightGBM file. */
export class LightgbmSection {
  readonly #values = new Map<string, string>();
  readonly place: string;

  /** @param place of the block in the file, such as `Tree=3`. */
  constructor(place: string) {
    this.place = place;
  }

  /** Lines without `=` are flags, such as `average_output`. */
  addLine(line: string): void {
    const sign = line.indexOf('=');
    this.#values.set(sign < 0 ? line : line.slice(0, sign), sign < 0 ? '' : line.slice(sign + 1));
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  text(key: string): string {
    const value = this.#values.get(key);
    if (value === undefined) throw damagedFile(`${this.place}: ${key}`, 'nothing stands there');
    return value;
  }

  /** @throws GalleyError `package.model_file_damaged` where it is no whole number from `minimum` on. */
  count(key: string, minimum = 0): number {
    const count = Number(this.text(key) || Number.NaN);
    if (!Number.isSafeInteger(count) || count < minimum)
      throw damagedFile(
        `${this.place}: ${key}`,
        `${JSON.stringify(this.text(key).slice(0, 60))} is no whole number from ${minimum} on`,
      );
    return count;
  }

  /** Numbers with spaces between. Those that are no number at all are refused, infinite ones are not. */
  numbers(key: string, length: number): Float64Array {
    const words = this.text(key)
      .split(' ')
      .filter((word) => word !== '');
    if (words.length !== length)
      throw damagedFile(`${this.place}: ${key}`, `${words.length} numbers stand there where ${length} are expected`);
    return Float64Array.from(words, (word, index) => {
      const number =
        word === 'inf' ? Number.POSITIVE_INFINITY : word === '-inf' ? Number.NEGATIVE_INFINITY : Number(word);
      if (Number.isNaN(number))
        throw damagedFile(`${this.place}: ${key}[${index}]`, `${JSON.stringify(word.slice(0, 60))} is not a number`);
      return number;
    });
  }

  /** @throws GalleyError `package.model_file_damaged` where one is not from `minimum` up to just below `below`. */
  integers(key: string, length: number, minimum: number, below: number): Float64Array {
    const numbers = this.numbers(key, length);
    const wrong = numbers.findIndex((number) => !Number.isInteger(number) || number < minimum || number >= below);
    if (wrong >= 0)
      throw damagedFile(
        `${this.place}: ${key}[${wrong}]`,
        `${numbers[wrong]} is no whole number from ${minimum} to ${below - 1}`,
      );
    return numbers;
  }
}

export interface LightgbmFile {
  header: LightgbmSection;
  trees: LightgbmSection[];
  /** JSON; undefined where the model was not trained on a table of pandas. */
  pandasCategories?: string;
  /** JSON that `adopt.py` adds. */
  givenCategories?: string;
}

/** @throws GalleyError `package.model_file_damaged` for a file that breaks off before its `end of trees`. */
export function parseLightgbm(text: string): LightgbmFile {
  const end = /^end of trees\r?$/m.exec(text);
  if (!end) throw damagedFile('its end', 'the line "end of trees" is missing; the file may have been cut off');
  const header = new LightgbmSection('the header');
  const trees: LightgbmSection[] = [];
  for (const line of text.slice(0, end.index).split(/\r?\n/).slice(1)) {
    if (line === '') continue;
    if (line.startsWith('Tree=')) trees.push(new LightgbmSection(line.slice(0, 30)));
    (trees.at(-1) ?? header).addLine(line);
  }
  const rest = text.slice(end.index);
  return {
    header,
    trees,
    pandasCategories: /^pandas_categorical:(.+)$/m.exec(rest)?.[1],
    givenCategories: /^galley_categories:(.+)$/m.exec(rest)?.[1],
  };
}
