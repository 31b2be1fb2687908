import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { GalleyError } from '../base/errors.ts';

const jsonType = 'application/json';

/** A body above this size is worked on in a thread of its own: to read it as JSON alone takes some milliseconds. */
export const largeBytes = 256 * 1024;

const utf8 = /^\s*charset\s*=\s*"?utf-8"?\s*$/i;

/** A body as text, with the media type that it was sent as. */
export interface TextBody {
  mediaType: string;
  text: string;
}

/**
 * Reads the body of a request as text in UTF-8, sent as one of the media types and without a content encoding.
 * @param mediaTypes an empty one stands for no content type
 * @param largest bytes
 * @throws GalleyError `serving.content_type`, `serving.body_too_large`, `serving.invalid_json`
 */
export async function readTextBody(
  request: IncomingMessage,
  largest: number,
  mediaTypes: readonly string[],
): Promise<TextBody> {
  const mediaType = requireContentType(request, mediaTypes);
  if (Number(request.headers['content-length'] ?? 0) > largest) throw tooLarge(largest);
  const bytes = await readBytes(request, largest);
  if (!isUtf8(bytes)) throw new GalleyError('serving.invalid_json', 'The body is not UTF-8.');
  return { mediaType, text: bytes.toString('utf8') };
}

/**
 * Reads the body of a request as JSON.
 * @param largest bytes
 * @throws GalleyError `serving.content_type`, `serving.body_too_large`, `serving.invalid_json`
 */
export async function readJsonBody(
  request: IncomingMessage,
  largest: number,
  mediaTypes: readonly string[] = [jsonType],
): Promise<unknown> {
  const { text } = await readTextBody(request, largest, mediaTypes);
  return parseJson(text);
}

/** @throws GalleyError `serving.invalid_json` */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new GalleyError('serving.invalid_json', `The body is not JSON: ${(cause as Error).message}.`, { cause });
  }
}

/**
 * The media type of a body, which must be one of these, in UTF-8 and not compressed.
 * @throws GalleyError `serving.content_type`
 */
export function requireContentType({ headers }: IncomingMessage, mediaTypes: readonly string[]): string {
  const contentType = headers['content-type'] ?? '';
  const encoding = headers['content-encoding'] ?? 'identity';
  const [mediaType = '', ...parameters] = contentType.split(';');
  const name = mediaType.trim().toLowerCase();
  const isReadable = parameters.every((parameter) => parameter.trim() === '' || utf8.test(parameter));
  if (mediaTypes.includes(name) && isReadable && encoding === 'identity') return name;
  const sent = contentType === '' ? 'no content type' : `content type ${contentType.slice(0, 80)}`;
  throw new GalleyError('serving.content_type', `The body came with ${sent}, encoding ${encoding.slice(0, 40)}.`, {
    hint: `Send the header \`content-type: ${mediaTypes.filter((type) => type !== '').join('` or `')}\`, in UTF-8 and not compressed.`,
  });
}

/** The whole body. What comes beyond `largest` is read and dropped, so that the caller sees the answer. */
export function readBytes(request: IncomingMessage, largest: number): Promise<Buffer> {
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
