import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { identityToken } from '../../store/object-store/identity-token.ts';
import { ObjectStore } from '../../store/object-store/object-store.ts';
import { RoleKeys } from '../../store/object-store/role-keys.ts';
import type { S3Place } from './remote-address.ts';
import { damaged, tooLarge } from './remote-errors.ts';
import { mostTextBytes, type OnBytes, type RemoteStore } from './remote-store.ts';
import type { RemoteSettings } from './store.ts';

/** Bytes that are asked for at a time. */
const rangeBytes = 8 << 20;
const defaultRegion = 'us-east-1';

/** A prefix of a bucket. */
class S3Remote implements RemoteStore {
  readonly #store: ObjectStore;
  readonly #prefix: string;

  constructor(store: ObjectStore, prefix: string) {
    this.#store = store;
    this.#prefix = prefix === '' ? '' : `${prefix}/`;
  }

  async size(key: string): Promise<number | undefined> {
    return (await this.#store.head(this.#prefix + key))?.bytes;
  }

  async list(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of this.#store.list(this.#prefix + prefix)) keys.push(key.slice(this.#prefix.length));
    return keys;
  }

  async readText(key: string): Promise<string | undefined> {
    const bytes = await this.size(key);
    if (bytes === undefined) return undefined;
    if (bytes > mostTextBytes) throw tooLarge(key, bytes);
    return new TextDecoder().decode(await this.#store.read(this.#prefix + key));
  }

  async writeText(key: string, text: string): Promise<void> {
    await this.#store.put(this.#prefix + key, new TextEncoder().encode(text));
  }

  async upload(key: string, path: string, onBytes: OnBytes): Promise<void> {
    let told = 0;
    const tell = (done: number) => {
      const bytes = done - told;
      told = done;
      onBytes(bytes);
    };
    await this.#store.putFile(this.#prefix + key, path, { onBytes: tell });
    tell(statSync(path).size);
  }

  async download(key: string, path: string, onBytes: OnBytes): Promise<void> {
    const bytes = (await this.size(key)) ?? 0;
    let start = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    onBytes(start);
    const file = await open(path, 'a');
    try {
      while (start < bytes) {
        const end = Math.min(bytes, start + rangeBytes);
        const range = await this.#store.read(this.#prefix + key, start, end);
        if (range.length !== end - start) throw damaged(key, 'is not given in the ranges that are asked for');
        await file.write(range);
        start += range.length;
        onBytes(range.length);
      }
    } finally {
      await file.close();
    }
  }

  async close(): Promise<void> {}
}

/** The remote at `s3://bucket/prefix`; at Amazon's where the settings name no other endpoint. */
export function openS3Remote(
  { bucket, prefix }: S3Place,
  { endpoint, region, accessKey, role }: RemoteSettings,
  secretKey: string | undefined,
): S3Remote {
  const place = region ?? defaultRegion;
  const settings = {
    endpoint: endpoint ?? `https://s3.${place}.amazonaws.com`,
    region: place,
    bucket,
    pathStyle: endpoint !== null,
    accessKey,
    secretKey: secretKey ?? null,
  };
  if (role === null) return new S3Remote(new ObjectStore(settings), prefix);
  const keys = new RoleKeys({ role, service: keyService(endpoint, place), token: identityToken });
  return new S3Remote(new ObjectStore(settings, () => keys.get()), prefix);
}

/** Where a role is taken on: at Amazon's, or where a store of another's has it, which is its own address. */
function keyService(endpoint: string | null, region: string): string {
  return process.env.AWS_ENDPOINT_URL_STS || endpoint || `https://sts.${region}.amazonaws.com`;
}
