import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { ReadContext } from './read-context.ts';

/** md5 of a file in hexadecimal, empty where only its head is looked at. */
export async function md5Of(
  path: string,
  context: Pick<ReadContext, 'progress' | 'throwIfCanceled' | 'headRows'>,
  bytes: number,
): Promise<string> {
  if (context.headRows !== undefined) return '';
  const md5 = createHash('md5');
  let done = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    context.throwIfCanceled();
    md5.update(chunk as Buffer);
    done += (chunk as Buffer).length;
    context.progress('reading', done, bytes);
  }
  return md5.digest('hex');
}
