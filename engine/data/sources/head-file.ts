import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImportOptions } from '../../contract/import-options.ts';
import { guessLayout, guessQuote } from './csv-guess.ts';
import { lastRecordEnd } from './csv-head.ts';
import { openSource, readHead, type SourceFile } from './source-file.ts';
import { headBytes } from './utf8.ts';

/** As much of a text as ends with a whole record. */
function wholeRecordText(text: string, options: ImportOptions): string {
  const quote = options.quote ?? guessQuote(text);
  const { delimiter } = guessLayout(text, { quote, complete: false }, options.delimiter);
  return text.slice(0, lastRecordEnd(text, { delimiter, quote }));
}

/** As much of the first bytes of a file as ends with a whole record, in any encoding that keeps ASCII. */
export function wholeRecords(head: Buffer, options: ImportOptions = {}): Buffer {
  return Buffer.from(wholeRecordText(head.toString('latin1'), options), 'latin1');
}

function wholeRecordBytes(head: Buffer, encoding: 'utf-16le' | 'utf-16be' | undefined, options: ImportOptions): Buffer {
  if (encoding === undefined) return wholeRecords(head, options);
  const even = head.subarray(0, head.length - (head.length % 2));
  const ordered = encoding === 'utf-16be' ? Buffer.from(even).swap16() : even;
  const text = Buffer.from(wholeRecordText(ordered.toString('utf16le'), options), 'utf16le');
  return encoding === 'utf-16be' ? text.swap16() : text;
}

/**
 * Writes the first whole records of a large text file into a folder, as a source of the same name.
 * @returns undefined where the file is small, or no text
 */
export function writeHead(source: SourceFile, folder: string, options: ImportOptions = {}): SourceFile | undefined {
  const isUtf16 = source.kind === 'utf16le' || source.kind === 'utf16be';
  if ((source.kind !== 'utf8' && !isUtf16) || source.bytes <= headBytes) return undefined;
  const given = options.encoding === 'utf-16le' || options.encoding === 'utf-16be' ? options.encoding : undefined;
  const marked = isUtf16 ? (source.kind === 'utf16be' ? 'utf-16be' : 'utf-16le') : undefined;
  const head = wholeRecordBytes(readHead(source.path, headBytes), given ?? marked, options);
  const path = join(folder, 'head.csv');
  writeFileSync(path, head);
  return openSource(path, source.name);
}
