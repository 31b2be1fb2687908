import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { AwsV4Signer } from 'aws4fetch';
import { expect, test } from 'vitest';
import { identityToken } from '../../engine/store/object-store/identity-token.ts';
import { ObjectStore } from '../../engine/store/object-store/object-store.ts';
import { RoleKeys } from '../../engine/store/object-store/role-keys.ts';
import { fixedClock } from '../support/fixed.ts';
import { keyAnswer, keyService, listen } from '../support/key-service.ts';
import { temporaryFolder } from '../support/temporary.ts';

const role = 'arn:aws:iam::123456789012:role/galley';
const inAnHour = '2025-01-01T01:00:00Z';

test('an identity token is exchanged for keys, which are used until shortly before they end', async () => {
  const service = await keyService(keyAnswer('ASIA1', 'secret1', inAnHour));
  const clock = fixedClock();
  const tokens = ['first', 'second'];
  const keys = new RoleKeys({ role, service: service.address, clock, token: async () => tokens.shift() as string });
  const [one, other] = await Promise.all([keys.get(), keys.get()]);
  expect(one).toMatchObject({ accessKeyId: 'ASIA1', secretAccessKey: 'secret1', sessionToken: 'session+of/ASIA1==' });
  expect(other).toEqual(one);
  clock.advance(54 * 60_000);
  await keys.get();
  expect(service.asked).toEqual([
    {
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: role,
      RoleSessionName: 'galley',
      WebIdentityToken: 'first',
    },
  ]);
  clock.advance(60_000);
  service.answer.body = keyAnswer('ASIA2', 'secret2', '2025-01-01T02:00:00Z');
  expect(await keys.get()).toMatchObject({ accessKeyId: 'ASIA2' });
  expect(service.asked.map(({ WebIdentityToken }) => WebIdentityToken)).toEqual(['first', 'second']);
});

test('a refusal says what the service said and never the token; it may be asked again', async () => {
  const service = await keyService('');
  service.answer = {
    status: 403,
    body: '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>Not authorized to perform sts:AssumeRoleWithWebIdentity</Message></Error></ErrorResponse>',
  };
  const keys = new RoleKeys({ role, service: service.address, clock: fixedClock(), token: async () => 'hush' });
  const refused = await keys.get().catch((error) => error);
  expect(refused).toMatchObject({
    code: 'data.access_refused',
    message: expect.stringContaining(`the keys of ${role}: AccessDenied: Not authorized`),
  });
  expect(JSON.stringify({ ...refused, message: refused.message })).not.toContain('hush');
  service.answer = { status: 200, body: keyAnswer('ASIA1', 'secret1', inAnHour) };
  expect(await keys.get()).toMatchObject({ accessKeyId: 'ASIA1' });
});

test('an answer that is none of such a service is refused, too', async () => {
  const service = await keyService('<html>Welcome</html>');
  const keys = new RoleKeys({ role, service: service.address, clock: fixedClock(), token: async () => 'hush' });
  await expect(keys.get()).rejects.toMatchObject({ code: 'data.access_refused' });
});

test('a token is found in the variable, in the file, or is asked of GitHub', async () => {
  const path = join(temporaryFolder(), 'token');
  writeFileSync(path, 'of the file\n');
  const gitHub = await listen(async ({ url, headers }) => {
    const isAsked =
      url === '/token?api-version=2.0&audience=sts.amazonaws.com' && headers.authorization === 'Bearer key';
    return isAsked ? { status: 200, body: '{"count":1,"value":"of GitHub"}' } : { status: 401, body: '' };
  });
  const asks = {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${gitHub}/token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'key',
  };
  expect(await identityToken(asks)).toBe('of GitHub');
  expect(await identityToken({ ...asks, AWS_WEB_IDENTITY_TOKEN_FILE: path })).toBe('of the file');
  expect(await identityToken({ AWS_WEB_IDENTITY_TOKEN_FILE: path, GALLEY_REMOTE_TOKEN: 'said' })).toBe('said');
  const needed = { code: 'data.identity_needed' };
  await expect(identityToken({})).rejects.toMatchObject(needed);
  await expect(identityToken({ AWS_WEB_IDENTITY_TOKEN_FILE: `${path}-gone` })).rejects.toMatchObject(needed);
  await expect(identityToken({ ...asks, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'wrong' })).rejects.toMatchObject(needed);
});

/** A store that takes one object of whoever signs with the keys of `ASIA1`, the token among what is signed. */
async function signedStore(): Promise<{ endpoint: string; bodies: string[] }> {
  const bodies: string[] = [];
  const endpoint: string = await listen(async (request) => {
    const { headers, method = '', url = '' } = request;
    const body = await text(request);
    const hash = createHash('sha256').update(body).digest('hex');
    const signer = new AwsV4Signer({
      accessKeyId: 'ASIA1',
      secretAccessKey: 'secret1',
      sessionToken: 'session+of/ASIA1==',
      region: 'eu-west-1',
      service: 's3',
      method,
      url: `${endpoint}${url}`,
      headers: { 'x-amz-content-sha256': hash },
      datetime: String(headers['x-amz-date']),
    });
    const isSigned = (await signer.sign()).headers.get('authorization') === headers.authorization;
    if (!isSigned || headers['x-amz-security-token'] !== 'session+of/ASIA1==')
      return { status: 403, body: '<Error><Code>SignatureDoesNotMatch</Code></Error>' };
    bodies.push(body);
    return { status: 200, body: '' };
  });
  return { endpoint, bodies };
}

test('what goes to the store is signed with the keys of the role, the token among it', async () => {
  const { endpoint, bodies } = await signedStore();
  const service = await keyService(keyAnswer('ASIA1', 'secret1', inAnHour));
  const settings = {
    endpoint,
    region: 'eu-west-1',
    bucket: 'rides',
    pathStyle: true,
    accessKey: null,
    secretKey: null,
  };
  const storeOf = () => {
    const keys = new RoleKeys({ role, service: service.address, clock: fixedClock(), token: async () => 'token' });
    return new ObjectStore(settings, () => keys.get());
  };
  const rows = new TextEncoder().encode('a\n1\n');
  await storeOf().put('a b/rows.csv', rows);
  expect(bodies).toEqual(['a\n1\n']);
  service.answer.body = keyAnswer('ASIA1', 'another', inAnHour);
  await expect(storeOf().put('a b/rows.csv', rows)).rejects.toMatchObject({ code: 'data.access_refused' });
});
