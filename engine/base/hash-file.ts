import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

const chunkBytes = 1 << 20;

/** sha256 of a file's bytes, in hexadecimal. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: chunkBytes }), hash);
  return hash.digest('hex');
}

/** A file's bytes and their sha256 in hexadecimal, read once and in parts, so that other work goes on meanwhile. */
export async function readHashed(path: string): Promise<{ bytes: Buffer; sha256: string }> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const bytes = Buffer.allocUnsafe(size);
    const hash = createHash('sha256');
    let end = 0;
    while (end < size) {
      const { bytesRead } = await file.read(bytes, end, Math.min(chunkBytes, size - end), end);
      if (bytesRead === 0) break;
      hash.update(bytes.subarray(end, end + bytesRead));
      end += bytesRead;
    }
    return { bytes: bytes.subarray(0, end), sha256: hash.digest('hex') };
  } finally {
    await file.close();
  }
}
