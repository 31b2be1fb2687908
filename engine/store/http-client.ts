import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as safeRequest } from 'node:https';

export interface HttpRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: Uint8Array;
  signal?: AbortSignal;
  /** A server that says nothing for so long is given up with `ETIMEDOUT`. */
  idleMilliseconds?: number;
}

const defaultIdleMilliseconds = 60_000;
const longestText = 1 << 20;

/**
 * One HTTP request, answered as soon as the headers are there; redirects are not followed and nothing is decompressed.
 * (Node's own fetch ends the process where a server closes the connection while a large body waits to be written: undici,
 * `assert(!this.paused)`.) @throws the error of the network
 */
export function sendHttp(url: URL, options: HttpRequest = {}): Promise<IncomingMessage> {
  const { method = 'GET', headers, body, signal, idleMilliseconds = defaultIdleMilliseconds } = options;
  const send = url.protocol === 'https:' ? safeRequest : plainRequest;
  return new Promise((resolve, reject) => {
    const length: Record<string, string> = body ? { 'content-length': String(body.length) } : {};
    const request = send(url, { method, headers: { ...headers, ...length }, signal, timeout: idleMilliseconds });
    request.once('response', resolve);
    request.once('error', (error) => reject(signal?.aborted ? signal.reason : error));
    request.once('timeout', () => {
      request.destroy(Object.assign(new Error(`${url.host} said nothing for too long`), { code: 'ETIMEDOUT' }));
    });
    request.end(body);
  });
}

/** A body as text, the first megabyte of it. */
export async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length > longestText) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}
