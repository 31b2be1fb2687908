import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { buffer, text } from 'node:stream/consumers';
import { AwsV4Signer } from 'aws4fetch';
import { networkError } from '../../base/network-errors.ts';
import { type Downloaded, type DownloadOptions, download } from '../download.ts';
import { type HttpRequest, sendHttp, textOf } from '../http-client.ts';
import { encodeKey, type ListPage, listPage, type StoredObject, uploadId } from './messages.ts';
import { refusal } from './refusals.ts';
import type { SigningKeys } from './role-keys.ts';

export interface ObjectStoreSettings {
  /** `https://s3.eu-central-1.amazonaws.com`, `http://127.0.0.1:9000`. */
  endpoint: string;
  region: string;
  bucket: string;
  /** The bucket is named in the path rather than in the host's name. */
  pathStyle: boolean;
  /** Null where the bucket is open to everybody. */
  accessKey: string | null;
  secretKey: string | null;
}

const partBytes = 16 << 20;

function keysOf({ accessKey, secretKey }: ObjectStoreSettings): (() => Promise<SigningKeys>) | undefined {
  if (accessKey === null || secretKey === null) return undefined;
  return async () => ({ accessKeyId: accessKey, secretAccessKey: secretKey });
}

/** A bucket of an S3-compatible store: list, read in ranges, write in parts, remove. Signed with Signature Version 4. */
export class ObjectStore {
  readonly #settings: ObjectStoreSettings;
  readonly #keys: (() => Promise<SigningKeys>) | undefined;
  readonly #base: URL;

  /** @param keys in place of those of the settings, asked for each request */
  constructor(settings: ObjectStoreSettings, keys = keysOf(settings)) {
    this.#settings = settings;
    this.#keys = keys;
    const { endpoint, bucket, pathStyle } = settings;
    this.#base = new URL(endpoint);
    if (pathStyle) this.#base.pathname = `${this.#base.pathname.replace(/\/$/, '')}/${encodeKey(bucket)}`;
    else this.#base.hostname = `${bucket}.${this.#base.hostname}`;
  }

  /** All objects whose key begins so, in the order of their keys (UTF-8), page by page. @throws GalleyError `data.*` */
  async *list(prefix: string, signal?: AbortSignal): AsyncGenerator<StoredObject> {
    let token: string | undefined;
    do {
      const page = await this.page(prefix, { token, signal });
      yield* page.objects;
      token = page.token;
    } while (token !== undefined);
  }

  /** One page of a listing; with a delimiter, what lies deeper is told as folders. @throws GalleyError `data.*` */
  async page(
    prefix: string,
    {
      token,
      delimiter,
      size = 1000,
      signal,
    }: { token?: string; delimiter?: string; size?: number; signal?: AbortSignal } = {},
  ): Promise<ListPage> {
    const query = new URLSearchParams({ 'list-type': '2', 'encoding-type': 'url', 'max-keys': String(size), prefix });
    if (delimiter !== undefined) query.set('delimiter', delimiter);
    if (token !== undefined) query.set('continuation-token', token);
    const response = await this.#send('GET', '', { query, signal });
    return listPage(await text(response));
  }

  /** What is known of an object, undefined where there is none. @throws GalleyError `data.*` */
  async head(key: string): Promise<StoredObject | undefined> {
    const response = await this.#send('HEAD', key, { allowed: [404] });
    response.resume();
    if (response.statusCode === 404) return undefined;
    return { key, bytes: Number(response.headers['content-length']), etag: response.headers.etag ?? '' };
  }

  /** Bytes from `from` to before `to`, all where neither is given. @throws GalleyError `data.object_not_found`, `data.*` */
  async read(key: string, from?: number, to?: number): Promise<Uint8Array> {
    const headers: Record<string, string> =
      from === undefined ? {} : { range: `bytes=${from}-${to === undefined ? '' : to - 1}` };
    const response = await this.#send('GET', key, { headers });
    return buffer(response);
  }

  /** Writes an object to a file, resumed where it breaks off. @throws GalleyError `data.object_not_found`, `data.*` */
  async download(key: string, options: Omit<DownloadOptions, 'request'>): Promise<Downloaded> {
    return download({
      ...options,
      request: (from, validator) => {
        const headers: Record<string, string> = {};
        if (from > 0) headers.range = `bytes=${from}-`;
        if (from > 0 && validator !== null) headers['if-range'] = validator;
        return this.#send('GET', key, { headers, signal: options.signal });
      },
    });
  }

  /** Writes a small object. @throws GalleyError `data.*` */
  async put(key: string, body: Uint8Array): Promise<void> {
    (await this.#send('PUT', key, { body })).resume();
  }

  /** Writes a file as an object, a large one in parts. @throws GalleyError `data.*` */
  async putFile(
    key: string,
    path: string,
    options: { signal?: AbortSignal; onBytes?(done: number): void } = {},
  ): Promise<void> {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const block = async (position: number) => {
        const buffer = Buffer.alloc(Math.min(partBytes, size - position));
        const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
        return buffer.subarray(0, bytesRead);
      };
      if (size <= partBytes) return await this.put(key, await block(0));
      await this.#putParts(key, size, block, options);
    } finally {
      await file.close();
    }
  }

  async #putParts(
    key: string,
    size: number,
    block: (position: number) => Promise<Uint8Array>,
    { signal, onBytes }: { signal?: AbortSignal; onBytes?(done: number): void },
  ): Promise<void> {
    const begun = await this.#send('POST', key, { query: new URLSearchParams({ uploads: '' }), signal });
    const id = uploadId(await textOf(begun));
    try {
      const parts: string[] = [];
      for (let position = 0; position < size; position += partBytes) {
        const number = parts.length + 1;
        const query = new URLSearchParams({ partNumber: String(number), uploadId: id });
        const part = await this.#send('PUT', key, { query, body: await block(position), signal });
        part.resume();
        parts.push(`<Part><PartNumber>${number}</PartNumber><ETag>${part.headers.etag ?? ''}</ETag></Part>`);
        onBytes?.(Math.min(size, position + partBytes));
      }
      const body = new TextEncoder().encode(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`);
      const ended = await this.#send('POST', key, { query: new URLSearchParams({ uploadId: id }), body, signal });
      const answer = await textOf(ended);
      // The answer begins as 200 before the store knows whether the parts fit together.
      if (answer.includes('<Error>')) throw refusal(200, answer, this.#place(key));
    } catch (error) {
      const query = new URLSearchParams({ uploadId: id });
      await this.#send('DELETE', key, { query }).then(
        (answer) => answer.resume(),
        () => {},
      );
      throw error;
    }
  }

  /** Removes an object; one that is not there is no error. @throws GalleyError `data.*` */
  async remove(key: string): Promise<void> {
    (await this.#send('DELETE', key, { allowed: [404] })).resume();
  }

  #place(key: string): string {
    return `${this.#settings.bucket}${key === '' ? '' : `/${key}`} at ${this.#base.host}`;
  }

  async #send(
    method: string,
    key: string,
    options: Pick<HttpRequest, 'headers' | 'body' | 'signal'> & { query?: URLSearchParams; allowed?: number[] },
  ): Promise<IncomingMessage> {
    const { query, body, signal, allowed } = options;
    const url = new URL(this.#base);
    url.pathname = `${url.pathname.replace(/\/$/, '')}/${encodeKey(key)}`;
    // Signature Version 4 knows a space as %20 only.
    if (query) url.search = query.toString().replaceAll('+', '%20');
    const headers = await this.#signed(method, url, options.headers ?? {}, body);
    let response: IncomingMessage;
    try {
      response = await sendHttp(url, { method, headers, body, signal });
    } catch (error) {
      throw networkError(error, this.#base.host) ?? error;
    }
    const status = response.statusCode ?? 0;
    if ((status >= 200 && status < 300) || allowed?.includes(status)) return response;
    throw refusal(status, await textOf(response), this.#place(key));
  }

  async #signed(
    method: string,
    url: URL,
    headers: Record<string, string>,
    body: Uint8Array | undefined,
  ): Promise<Record<string, string>> {
    if (!this.#keys) return headers;
    const hash = createHash('sha256')
      .update(body ?? '')
      .digest('hex');
    const signer = new AwsV4Signer({
      ...(await this.#keys()),
      region: this.#settings.region,
      service: 's3',
      method,
      url: url.toString(),
      headers: { ...headers, 'x-amz-content-sha256': hash },
    });
    return Object.fromEntries((await signer.sign()).headers);
  }
}
