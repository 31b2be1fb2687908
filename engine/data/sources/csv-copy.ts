import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { LineChange } from './change-log.ts';
import type { CsvDialect } from './csv-dialect.ts';
import type { RaggedRecord } from './csv-scan.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const tab = 0x09;

export interface CopyOptions {
  dialect: Pick<CsvDialect, 'delimiter' | 'quote' | 'names' | 'dataLine'>;
  /** First byte that is copied: the header is left out. */
  from: number;
  /** Records that are padded, or left out. */
  ragged: readonly RaggedRecord[];
  skipRagged: boolean;
  /** Told of each ragged record. */
  onRagged(change: LineChange): void;
  throwIfCanceled(): void;
}

/** Bytes that grow. */
class Output {
  #bytes = Buffer.allocUnsafe(1 << 20);
  length = 0;

  push(byte: number): void {
    if (this.length === this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], 2 * this.length);
    this.#bytes[this.length++] = byte;
  }

  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, this.length));
    this.length = 0;
    return taken;
  }
}

type Place = 'start' | 'plain' | 'quoted' | 'closed';

/** Reads records byte by byte and writes them as DuckDB's strict reader wants them. */
class PlainWriter {
  readonly output = new Output();
  readonly #options: CopyOptions;
  readonly #delimiter: number;
  readonly #quote: number;
  readonly #ragged: ReadonlyMap<number, number>;
  #place: Place = 'start';
  #spaces: number[] = [];
  #afterReturn = false;
  #column = 0;
  #line: number;
  #recordLine: number;
  /** What the current record is, where it is ragged. */
  #written: number[] | undefined;

  constructor(options: CopyOptions) {
    this.#options = options;
    const { dialect } = options;
    this.#delimiter = dialect.delimiter.charCodeAt(0);
    this.#quote = dialect.quote === '' ? -1 : dialect.quote.charCodeAt(0);
    this.#ragged = new Map(options.ragged.map(({ line, cells }) => [line, cells]));
    this.#line = dialect.dataLine;
    this.#recordLine = dialect.dataLine;
    this.#beginRecord();
  }

  write(chunk: Uint8Array): void {
    for (let index = 0; index < chunk.length; index++) this.#take(chunk[index] as number);
  }

  end(): void {
    if (this.#column > 0 || this.#place !== 'start' || this.#spaces.length > 0) this.#endRecord();
  }

  #take(byte: number): void {
    const completesReturn = this.#afterReturn && byte === lineFeed;
    this.#afterReturn = false;
    if (completesReturn) return;
    if (this.#place === 'quoted') {
      if (byte === this.#quote) this.#place = 'closed';
      if (byte === lineFeed) this.#line++;
      this.#keep(byte);
    } else if (byte === lineFeed || byte === carriageReturn) {
      this.#line++;
      this.#afterReturn = byte === carriageReturn;
      this.#endRecord();
    } else if (byte === this.#delimiter) {
      this.#flushSpaces();
      this.#keep(byte);
      this.#place = 'start';
      this.#column++;
    } else if (byte === this.#quote && this.#place !== 'plain') {
      this.#spaces = [];
      this.#place = 'quoted';
      this.#keep(byte);
    } else if (this.#place === 'closed' && byte === space) {
      this.#written?.push(byte);
    } else if (this.#place === 'start' && (byte === space || byte === tab)) {
      this.#spaces.push(byte);
    } else {
      this.#place = 'plain';
      this.#flushSpaces();
      this.#keep(byte);
    }
  }

  #keep(byte: number): void {
    this.#written?.push(byte);
    if (this.#written === undefined || !this.#options.skipRagged) this.output.push(byte);
  }

  #flushSpaces(): void {
    for (const byte of this.#spaces) this.#keep(byte);
    this.#spaces = [];
  }

  #beginRecord(): void {
    this.#recordLine = this.#line;
    this.#column = 0;
    this.#place = 'start';
    this.#written = this.#ragged.has(this.#recordLine) ? [] : undefined;
  }

  #endRecord(): void {
    const isBlank = this.#column === 0 && this.#place === 'start' && this.#options.dialect.names.length > 1;
    if (isBlank) this.#spaces = [];
    else this.#flushSpaces();
    if (!isBlank) this.#finishRecord();
    this.#beginRecord();
  }

  #finishRecord(): void {
    const columns = this.#options.dialect.names.length;
    if (this.#written === undefined) {
      this.output.push(lineFeed);
      return;
    }
    const before = Buffer.from(this.#written).toString('utf8');
    this.#written = undefined;
    const lacking = columns - this.#column - 1;
    const { skipRagged } = this.#options;
    const after = skipRagged ? null : before + this.#options.dialect.delimiter.repeat(lacking);
    this.#options.onRagged({
      line: this.#recordLine,
      kind: skipRagged ? 'skipped' : 'padded',
      before,
      after,
    });
    if (skipRagged) return;
    for (let missing = 0; missing < lacking; missing++) this.output.push(this.#delimiter);
    this.output.push(lineFeed);
  }
}

/**
 * Writes a CSV file's data records as DuckDB's strict reader wants them: line feeds between records, no space between a
 * delimiter and an opening quote, no line of spaces, as many cells in each as the header. What is inside quotes stays as
 * it is.
 */
export async function plainCopy(path: string, target: string, options: CopyOptions): Promise<void> {
  const writer = new PlainWriter(options);
  const file = await open(target, 'w');
  try {
    for await (const chunk of createReadStream(path, { start: options.from, highWaterMark: 1 << 20 })) {
      options.throwIfCanceled();
      writer.write(chunk as Buffer);
      await file.write(writer.output.take());
    }
    writer.end();
    await file.write(writer.output.take());
  } finally {
    await file.close();
  }
}
