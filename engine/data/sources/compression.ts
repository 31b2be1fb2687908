import { createReadStream, createWriteStream } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { GalleyError } from '../../base/errors.ts';
import type { ReadContext } from './read-context.ts';
import type { SourceFile } from './source-file.ts';
import { stagingFile } from './staging-file.ts';

/** Tables shrink 5 to 50 times; what grows further than this, and beyond so many bytes, is no table. */
const mostExpansion = 250;
const harmlessBytes = 256 << 20;
/** Room on the disk that unpacking leaves. */
const roomLeft = 512 << 20;
const roomCheckBytes = 64 << 20;

export interface Unpacked {
  path: string;
  bytes: number;
  /** False where only the head of the file was unpacked. */
  isWhole: boolean;
}

class HeadReached extends Error {}

/** The name without its ending `.gz` or `.zst`. */
export function unpackedName(name: string): string {
  return name.replace(/\.(gz|gzip|zst|zstd)$/i, '');
}

async function requireRoom(folder: string, name: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= roomLeft) return;
  throw new GalleyError('store.disk_full', `The disk has no room left to unpack ${name}; nothing was added.`, {
    details: { file: name },
  });
}

/**
 * Unpacks a gzip or zstd file into the staging folder.
 * @param headBytes after how many bytes to stop, where only the head is wanted
 * @throws GalleyError `data.corrupt_file`, `data.expands_too_much`, `store.disk_full`
 */
export async function unpack(source: SourceFile, context: ReadContext, headBytes?: number): Promise<Unpacked> {
  const path = stagingFile(context, 'unpacked');
  const most = Math.max(harmlessBytes, source.bytes * mostExpansion);
  let bytes = 0;
  let nextCheck = roomCheckBytes;
  async function* bounded(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      context.throwIfCanceled();
      bytes += chunk.length;
      if (bytes > most) {
        throw new GalleyError(
          'data.expands_too_much',
          `${source.name} unpacks to more than ${mostExpansion} times its size, which tables do not; nothing was added.`,
          { details: { file: source.name, bytes: source.bytes } },
        );
      }
      if (bytes >= nextCheck) {
        nextCheck = bytes + roomCheckBytes;
        await requireRoom(context.stagingFolder, source.name);
      }
      yield chunk;
      if (headBytes !== undefined && bytes >= headBytes) throw new HeadReached();
    }
  }
  let read = 0;
  async function* counted(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      read += chunk.length;
      context.progress('unpacking', read, source.bytes);
      yield chunk;
    }
  }
  const decompress = source.kind === 'gzip' ? createGunzip() : createZstdDecompress();
  try {
    await pipeline(createReadStream(source.path), counted, decompress, bounded, createWriteStream(path));
    return { path, bytes, isWhole: true };
  } catch (cause) {
    if (cause instanceof HeadReached) return { path, bytes, isWhole: false };
    if (cause instanceof GalleyError || (cause as NodeJS.ErrnoException).code === 'ENOSPC') throw cause;
    throw new GalleyError(
      'data.corrupt_file',
      `${source.name} is cut off or damaged: it cannot be unpacked (${(cause as Error).message}).`,
      { cause, details: { file: source.name } },
    );
  }
}
