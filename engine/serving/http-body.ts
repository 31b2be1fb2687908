import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { GalleyError } from '../base/errors.ts';

const jsonContentType = /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i;

/**
 * Reads the body of a request as JSON.
 * @throws GalleyError `serving.content_type`, `serving.body_too_large`, `serving.invalid_json`
 */
export async function readJsonBody(request: IncomingMessage, largest: number): Promise<unknown> {
  const contentType = request.headers['content-type'];
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (contentType === undefined || !jsonContentType.test(contentType) || encoding !== 'identity') {
    const sent = contentType === undefined ? 'no content type' : `content type ${contentType.slice(0, 80)}`;
    throw new GalleyError('serving.content_type', `The body came with ${sent}, encoding ${encoding.slice(0, 40)}.`);
  }
  if (Number(request.headers['content-length'] ?? 0) > largest) throw tooLarge(largest);
  const bytes = await readBytes(request, largest);
  if (!isUtf8(bytes)) throw new GalleyError('serving.invalid_json', 'The body is not UTF-8.');
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new GalleyError('serving.invalid_json', `The body is not JSON: ${(cause as Error).message}.`, { cause });
  }
}

/** The whole body. What comes beyond `largest` is read and dropped, so that the caller sees the answer. */
function readBytes(request: IncomingMessage, largest: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= largest) chunks.push(chunk);
      else reject(tooLarge(largest));
    });
    request.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    request.on('error', (cause) => {
      reject(new GalleyError('serving.invalid_http', 'The caller went away before the end of its request.', { cause }));
    });
  });
}

function tooLarge(largest: number): GalleyError {
  return new GalleyError('serving.body_too_large', `The body is larger than ${largest} bytes.`, {
    details: { bodyBytes: largest },
  });
}
