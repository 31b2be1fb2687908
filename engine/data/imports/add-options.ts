import { isAscii } from 'node:buffer';
import { canonicalJson, type Json } from '../../base/canonical-json.ts';
import { GalleyError } from '../../base/errors.ts';
import type { ImportOptions } from '../../contract/import-options.ts';
import type { ReadingHints } from '../sources/reading-rules.ts';
import type { RememberedOptions } from './store.ts';

/** How the next files of a dataset are read. */
export interface NextReading {
  options: ImportOptions;
  hints: ReadingHints;
  /** True where the options are those of the latest version. */
  isRemembered: boolean;
}

/**
 * Options are one byte in a file, and none stands for another.
 * @throws GalleyError `data.invalid_options`
 */
export function checkOptions({ delimiter, quote, decimal, thousands }: ImportOptions): void {
  const fail = (message: string) => {
    throw new GalleyError('data.invalid_options', message, { details: { delimiter, quote, decimal, thousands } });
  };
  for (const [name, character] of [
    ['delimiter', delimiter],
    ['quote', quote],
  ] as const) {
    if (character !== undefined && (!isAscii(Buffer.from(character)) || /[\r\n\0]/.test(character))) {
      fail(`"${character}" cannot be the ${name}: it must be one character of ASCII.`);
    }
  }
  if (delimiter !== undefined && delimiter === quote) fail(`"${delimiter}" cannot be both delimiter and quote.`);
  if (decimal !== undefined && decimal === thousands) fail(`"${decimal}" cannot be both decimal and thousands mark.`);
}

/** What was given now, before what the dataset remembers. Types of columns are given one by one. */
export function nextReading(given: ImportOptions = {}, { given: before, found }: RememberedOptions): NextReading {
  checkOptions(given);
  const types = { ...before.types, ...given.types };
  const options = { ...before, ...given, ...(Object.keys(types).length === 0 ? {} : { types }) };
  const askedBefore = Object.keys(types).filter((name) => !Object.hasOwn(given.types ?? {}, name));
  const hints = askedBefore.length === 0 ? found : { ...found, askedBefore };
  return { options, hints, isRemembered: isSame(options, before) };
}

function isSame(one: ImportOptions, other: ImportOptions): boolean {
  return canonicalJson(one as Json) === canonicalJson(other as Json);
}
