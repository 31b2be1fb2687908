import { GalleyError } from '../../base/errors.ts';
import type { ImportOptions } from '../../contract/import-options.ts';
import type { Problem } from '../../contract/values.ts';
import { ChangeLog } from './change-log.ts';
import { plainCopy } from './csv-copy.ts';
import { decidedDecimal, dialectOf } from './csv-decimal.ts';
import type { CsvDialect } from './csv-dialect.ts';
import { type CsvScan, CsvScanner, type ScanOptions } from './csv-scan.ts';
import { examineWrongText, type TextEncoding, transcode } from './encodings.ts';
import { readChunks } from './file-chunks.ts';
import { md5Of } from './md5.ts';
import type { ReadContext } from './read-context.ts';
import type { DecimalMark, ReadingHints } from './reading-rules.ts';
import { readHead, type SourceFile } from './source-file.ts';
import { stagingFile } from './staging-file.ts';
import { headBytes, isUtf8Head, Utf8Check } from './utf8.ts';

/** A CSV file that was read once from end to end and is ready for DuckDB. */
export interface CsvFile {
  source: SourceFile;
  /** The file itself, or a copy in plain UTF-8, line feeds and quotes. */
  readable: string;
  /** True where the copy begins with the first row. */
  isHeadless: boolean;
  encoding: TextEncoding;
  dialect: CsvDialect;
  decimal: DecimalMark;
  scan: CsvScan;
  /** Of the file's own bytes. */
  md5: string;
  /** Changes of whole rows and lines. */
  log: ChangeLog;
  warnings: Problem[];
}

/** Text that is UTF-8, or was made so. */
interface Utf8Text {
  path: string;
  bytes: number;
  encoding: TextEncoding;
}

interface WholeScan {
  scan: CsvScan;
  /** Undefined where the text turned out not to be UTF-8. */
  md5: string | undefined;
}

/** The scanner for a file's dialect. */
function scanOptions(
  dialect: CsvDialect,
  decimal: DecimalMark,
  options: ImportOptions,
  ignored?: ReadonlySet<number>,
): ScanOptions {
  return {
    delimiter: dialect.delimiter,
    quote: dialect.quote,
    decimal,
    columns: dialect.names.length,
    firstLine: dialect.dataLine,
    headerEnd: dialect.headerEnd,
    ragged: options.ragged,
    missing: options.missing,
    ...(ignored ? { ignored } : {}),
  };
}

/** What the first megabyte of a file's rows holds, and the decimal mark that it shows. */
export async function scanOfHead(
  head: Uint8Array,
  dialect: CsvDialect,
  options: ImportOptions,
  hints: ReadingHints,
): Promise<{ decimal: DecimalMark; scan: CsvScan }> {
  const decimal = await decimalOfHead(head, dialect, options, hints);
  return { decimal, scan: headScan(head, dialect, decimal, options) };
}

function headScan(head: Uint8Array, dialect: CsvDialect, decimal: DecimalMark, options: ImportOptions): CsvScan {
  const scanner = new CsvScanner(scanOptions(dialect, decimal, options));
  scanner.feed(head);
  return scanner.halted();
}

/** The decimal mark that the first megabyte of a file's rows shows. */
function decimalOfHead(
  head: Uint8Array,
  dialect: CsvDialect,
  options: ImportOptions,
  hints: ReadingHints,
): Promise<DecimalMark> {
  return decidedDecimal(dialect, options, hints, async (mark) => headScan(head, dialect, mark, options));
}

/** Scans a text from end to end; md5 and encoding are those of its bytes. */
async function scanText(
  text: Utf8Text,
  dataStart: number,
  options: ScanOptions,
  context: ReadContext,
): Promise<WholeScan> {
  const utf8 = new Utf8Check();
  const scanner = new CsvScanner(options);
  let isText = true;
  const md5 = await readChunks(text.path, (chunk, position) => {
    context.throwIfCanceled();
    isText &&= utf8.feed(chunk, position + chunk.length === text.bytes);
    const skipped = Math.min(chunk.length, Math.max(0, dataStart - position));
    if (isText && skipped < chunk.length) scanner.feed(chunk.subarray(skipped));
    context.progress('reading', position + chunk.length, text.bytes);
  });
  if (!isText) return { scan: scanner.halted(), md5: undefined };
  return { scan: scanner.finish(), md5 };
}

/** Reads a text whose encoding is known; undefined where it is not UTF-8 after all. */
async function readText(
  source: SourceFile,
  text: Utf8Text,
  context: ReadContext,
  options: ImportOptions,
  hints: ReadingHints,
  log: ChangeLog,
): Promise<CsvFile | undefined> {
  const { dialect, markBytes } = dialectOf(text.path, text.bytes, source.name, options);
  const dataStart = markBytes + dialect.dataOffset;
  const head = readHead(text.path, headBytes).subarray(dataStart);
  const scans = new Map<DecimalMark, WholeScan>();
  const scanWhole = async (mark: DecimalMark) => {
    const scanned = await scanText(text, dataStart, scanOptions(dialect, mark, options), context);
    scans.set(mark, scanned);
    return scanned.scan;
  };
  const likely = await decimalOfHead(head, dialect, options, hints);
  await scanWhole(likely);
  if (scans.get(likely)?.md5 === undefined) return undefined;
  const scannedWith = async (mark: DecimalMark) => scans.get(mark)?.scan ?? (await scanWhole(mark));
  const decimal = await decidedDecimal(dialect, options, hints, scannedWith, likely);
  let whole = scans.get(decimal) as WholeScan;
  if (options.ragged === 'skip' && whole.scan.ragged.length > 0) {
    const ignored = new Set(whole.scan.ragged.map(({ line }) => line));
    whole = await scanText(text, dataStart, scanOptions(dialect, decimal, options, ignored), context);
  }
  const { scan } = whole;
  if (scan.rows === 0) {
    throw new GalleyError('data.no_rows', `${source.name} has a header but no row.`, {
      details: { file: source.name },
    });
  }
  for (const { line, text: title } of dialect.title) log.add({ line, kind: 'title', before: title, after: null });
  const isHeadless = scan.irregular || !dialect.isPlain;
  const readable = isHeadless ? stagingFile(context, 'csv') : text.path;
  if (isHeadless) {
    await plainCopy(text.path, readable, {
      dialect,
      from: dataStart,
      ragged: scan.ragged,
      skipRagged: options.ragged === 'skip',
      onRagged: (change) => log.add(change),
      throwIfCanceled: context.throwIfCanceled,
    });
  }
  const md5 = text.path === source.path ? (whole.md5 as string) : await md5Of(source.path, context, source.bytes);
  const { encoding } = text;
  log.flush();
  return { source, readable, isHeadless, encoding, dialect, decimal, scan, md5, log, warnings: dialect.warnings };
}

/** The error for a file that is not in the encoding that it must be in. */
function encodingError(name: string, line: number, advice: string): GalleyError {
  return new GalleyError('data.invalid_encoding', `Line ${line} of ${name} is not valid UTF-8${advice}.`, {
    details: { file: name, lines: [line] },
  });
}

/** The encoding of a file that is not UTF-8. @throws GalleyError `data.invalid_encoding` where it is only damaged */
async function fallbackEncoding(source: SourceFile, options: ImportOptions): Promise<Problem> {
  const { firstLine, isDamaged } = await examineWrongText(source.path);
  if (options.encoding === 'utf-8') throw encodingError(source.name, firstLine, '');
  if (isDamaged) throw encodingError(source.name, firstLine, ', and it is not Windows-1252 either');
  return {
    code: 'data.other_encoding',
    message: `${source.name} is not UTF-8 from line ${firstLine} on and was read as Windows-1252.`,
    line: firstLine,
  };
}

const byteOrderMarks = { utf16le: 'utf-16le', utf16be: 'utf-16be' } as const;

/**
 * Reads a CSV file from end to end: which kinds of cell each column has, whether it is well formed, its md5.
 * @param hints what earlier files of the dataset showed
 * @throws GalleyError with the line: `data.invalid_encoding`, and what CsvScanner and guessDialect throw
 */
export async function readCsvFile(
  source: SourceFile,
  context: ReadContext,
  options: ImportOptions = {},
  hints: ReadingHints = {},
): Promise<CsvFile> {
  const log = new ChangeLog(stagingFile(context, 'changes.ndjson'));
  const readAs = async (encoding: TextEncoding) => {
    if (encoding === 'utf-8') {
      const text = { path: source.path, bytes: source.bytes, encoding };
      return readText(source, text, context, options, hints, log);
    }
    const path = stagingFile(context, 'utf8');
    const bytes = await transcode(source, encoding, path, log);
    return readText(source, { path, bytes, encoding }, context, options, hints, log);
  };
  const marked = source.kind === 'utf16le' || source.kind === 'utf16be' ? byteOrderMarks[source.kind] : undefined;
  const encoding = options.encoding ?? marked ?? 'utf-8';
  const isPossible = encoding !== 'utf-8' || isUtf8Head(source.path);
  const file = isPossible ? await readAs(encoding) : undefined;
  if (file) return file;
  const warning = await fallbackEncoding(source, options);
  const fallback = (await readAs('windows-1252')) as CsvFile;
  return { ...fallback, warnings: [warning, ...fallback.warnings] };
}
