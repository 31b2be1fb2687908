import { closeSync, openSync, writeSync } from 'node:fs';
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  /** With slashes. */
  name: string;
  content: Uint8Array;
  executable: boolean;
}

const localHeader = 0x04034b50;
const directoryHeader = 0x02014b50;
const directoryEnd = 0x06054b50;
const zipVersion = 20;
const utf8Names = 0x0800;
const deflated = 8;
const madeOnUnix = 3;
const regularFile = 0o100000;
/** Beyond it the format has other records, which this writer does not make. */
const largestOffset = 0xffffffff;
const mostEntries = 0xffff;

/**
 * Writes a zip archive whose files may be run and read as they say, entry by entry.
 * @param at the time of every file, in UTC epoch milliseconds, from 1980 on
 * @throws RangeError beyond 4 GiB or 65,535 files
 */
export function writeZip(path: string, entries: Iterable<ZipEntry>, at: number): void {
  const file = openSync(path, 'w');
  try {
    const directory: Buffer[] = [];
    let offset = 0;
    const write = (part: Uint8Array) => {
      for (let done = 0; done < part.length; ) done += writeSync(file, part, done);
      offset += part.length;
      if (offset > largestOffset) throw new RangeError('A zip archive holds at most 4 GiB.');
    };
    for (const entry of entries) {
      const name = Buffer.from(entry.name);
      const packed = deflateRawSync(entry.content);
      const common = commonHeader(entry, name, packed, at);
      directory.push(directoryEntry(entry, name, common, offset));
      write(Buffer.concat([word(localHeader), common, half(0), name]));
      write(packed);
    }
    if (directory.length > mostEntries) throw new RangeError(`A zip archive holds at most ${mostEntries} files.`);
    const start = offset;
    write(Buffer.concat(directory));
    write(endOf(directory.length, offset - start, start));
  } finally {
    closeSync(file);
  }
}

/** What stands both before the content and in the directory. */
function commonHeader({ content }: ZipEntry, name: Buffer, packed: Buffer, at: number): Buffer {
  const { date, time } = dosTime(at);
  return Buffer.concat([
    half(zipVersion),
    half(utf8Names),
    half(deflated),
    half(time),
    half(date),
    word(crc32(content)),
    word(packed.length),
    word(content.length),
    half(name.length),
  ]);
}

function directoryEntry({ executable }: ZipEntry, name: Buffer, common: Buffer, offset: number): Buffer {
  const mode = regularFile | (executable ? 0o755 : 0o644);
  const comment = half(0);
  const disk = half(0);
  return Buffer.concat([
    word(directoryHeader),
    half((madeOnUnix << 8) | zipVersion),
    common,
    half(0),
    comment,
    disk,
    half(0),
    word(mode * 0x10000),
    word(offset),
    name,
  ]);
}

function endOf(entries: number, bytes: number, start: number): Buffer {
  return Buffer.concat([
    word(directoryEnd),
    half(0),
    half(0),
    half(entries),
    half(entries),
    word(bytes),
    word(start),
    half(0),
  ]);
}

function dosTime(at: number): { date: number; time: number } {
  const when = new Date(at);
  return {
    date: ((when.getUTCFullYear() - 1980) << 9) | ((when.getUTCMonth() + 1) << 5) | when.getUTCDate(),
    time: (when.getUTCHours() << 11) | (when.getUTCMinutes() << 5) | (when.getUTCSeconds() >> 1),
  };
}

function half(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
