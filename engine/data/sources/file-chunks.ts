import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

const chunkBytes = 1 << 20;

/**
 * Feeds every byte of a file to `visit`, with its place; yields to the event loop between chunks. A chunk holds only until
 * `visit` returns.
 * @returns the md5 of the file
 */
export async function readChunks(path: string, visit: (chunk: Buffer, position: number) => void): Promise<string> {
  const file = await open(path);
  const md5 = createHash('md5');
  try {
    let [buffer, other] = [Buffer.allocUnsafe(chunkBytes), Buffer.allocUnsafe(chunkBytes)];
    let reading = file.read(buffer, 0, chunkBytes, 0);
    for (let position = 0; ; ) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) return md5.digest('hex');
      const chunk = buffer.subarray(0, bytesRead);
      // The next bytes come while these are looked at; whether they could be read is asked then.
      reading = file.read(other, 0, chunkBytes, position + bytesRead);
      reading.catch(() => {});
      md5.update(chunk);
      visit(chunk, position);
      position += bytesRead;
      [buffer, other] = [other, buffer];
    }
  } finally {
    await file.close();
  }
}
