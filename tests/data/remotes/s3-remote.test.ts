import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openS3Remote } from '../../../engine/data/remotes/s3-remote.ts';
import type { RemoteSettings } from '../../../engine/data/remotes/store.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** An S3-compatible store that says that its objects have 100 bytes, and answers every range with these. */
async function storeAnswering(body: string): Promise<RemoteSettings> {
  const server = createServer(({ method }, response) => {
    const headers = { 'content-length': method === 'HEAD' ? 100 : body.length };
    response.writeHead(method === 'HEAD' ? 200 : 206, headers).end(body);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { endpoint, region: null, accessKey: 'tester', role: null } as RemoteSettings;
}

test.each([
  ['nothing', ''],
  ['more than was asked for', 'x'.repeat(101)],
])('a download of a store that answers ranges with %s ends', async (_, body) => {
  const remote = openS3Remote({ kind: 's3', bucket: 'rides', prefix: '' }, await storeAnswering(body), 'secret');
  const path = join(temporaryFolder(), 'blob');
  await expect(remote.download('blobs/ab/cd', path, () => {})).rejects.toMatchObject({ code: 'data.remote_damaged' });
});
