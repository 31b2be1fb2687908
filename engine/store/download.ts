import { truncateSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { addAbortSignal } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { GalleyError } from '../base/errors.ts';
import { networkError } from '../base/network-errors.ts';

export interface DownloadOptions {
  /** For messages, without secrets. */
  name: string;
  target: string;
  /** More than this is refused. */
  maximumBytes: number;
  signal: AbortSignal;
  /**
   * Asks for the bytes from a position on; `validator` names the content that the earlier bytes are of (If-Range).
   * @throws GalleyError where the server refuses
   */
  request(from: number, validator: string | null): Promise<IncomingMessage>;
  onBytes(done: number, total: number): void;
  /** Tries after the first one. */
  retries?: number;
  retryMilliseconds?: number;
}

export interface Downloaded {
  bytes: number;
  etag: string | null;
  lastModified: string | null;
}

interface Position {
  done: number;
  validator: string | null;
  /** True once the server began to send. */
  isAnswered: boolean;
}

function tooLarge({ name, maximumBytes }: DownloadOptions): GalleyError {
  const gigabytes = (maximumBytes / 1e9).toLocaleString('en-US', { maximumFractionDigits: 1 });
  return new GalleyError('data.too_large', `${name} is larger than ${gigabytes} GB; nothing was added.`, {
    details: { maximumBytes },
  });
}

/** A strong ETag, else the time of the last change, else nothing to go by. */
function validatorOf({ etag, 'last-modified': lastModified }: IncomingMessage['headers']): string | null {
  return etag && !etag.startsWith('W/') ? etag : (lastModified ?? null);
}

/**
 * Writes what a server sends to a file. A connection that breaks is taken up again where it stopped, if the server still
 * has the same content, else from the beginning.
 * @throws GalleyError `data.too_large`, `data.download_broken`, `data.host_unreachable`, what `request` throws
 */
export async function download(options: DownloadOptions): Promise<Downloaded> {
  const { signal, retries = 4, retryMilliseconds = 500 } = options;
  const position: Position = { done: 0, validator: null, isAnswered: false };
  writeFileSync(options.target, '');
  for (let attempt = 0; ; attempt++) {
    try {
      return await once(options, position);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (error instanceof GalleyError && !mayPass.has(error.code)) throw error;
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw error;
      if (attempt >= retries)
        throw position.isAnswered ? brokenOff(options, position.done, error) : asNetwork(options, error);
    }
    await sleep(retryMilliseconds * 2 ** attempt, undefined, { signal });
  }
}

/** What the next try may not meet again. */
const mayPass: ReadonlySet<string> = new Set(['data.download_broken', 'data.host_unreachable']);

function asNetwork({ name }: DownloadOptions, error: unknown): unknown {
  return error instanceof GalleyError ? error : (networkError(error, name) ?? error);
}

function brokenOff({ name }: DownloadOptions, done: number, cause?: unknown): GalleyError {
  return new GalleyError('data.download_broken', `${name} broke off after ${done.toLocaleString('en-US')} bytes.`, {
    cause,
    details: { done },
  });
}

async function once(options: DownloadOptions, position: Position): Promise<Downloaded> {
  const { target, maximumBytes, signal, onBytes } = options;
  const from = position.validator === null ? 0 : position.done;
  const response = await options.request(from, position.validator);
  const { headers } = response;
  const start = response.statusCode === 206 ? from : 0;
  position.isAnswered = true;
  position.done = start;
  position.validator = validatorOf(headers);
  truncateSync(target, start);
  const total = headers['content-length'] === undefined ? 0 : start + Number(headers['content-length']);
  const refuse = () => {
    response.destroy();
    throw tooLarge(options);
  };
  if (total > maximumBytes) refuse();
  // Counted is what the file has: a stream that breaks would lose what it still holds, and the next try would go on behind it.
  const file = await open(target, 'r+');
  try {
    for await (const chunk of addAbortSignal(signal, response) as AsyncIterable<Buffer>) {
      if (position.done + chunk.length > maximumBytes) refuse();
      for (let at = 0; at < chunk.length; )
        at += (await file.write(chunk, at, chunk.length - at, position.done + at)).bytesWritten;
      position.done += chunk.length;
      onBytes(position.done, total);
    }
  } finally {
    await file.close();
  }
  if (total > 0 && position.done !== total) throw brokenOff(options, position.done);
  return { bytes: position.done, etag: headers.etag ?? null, lastModified: headers['last-modified'] ?? null };
}
