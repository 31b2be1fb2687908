import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface KeyService {
  address: string;
  /** What it was asked for, form by form. */
  asked: Record<string, string>[];
  /** What it answers next; with status 200 the keys. */
  answer: { status: number; body: string };
}

/** Keys as the Security Token Service of AWS answers them (its documentation of AssumeRoleWithWebIdentity). */
export function keyAnswer(accessKey: string, secretKey: string, until: string): string {
  return `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult>
    <SubjectFromWebIdentityToken>repo:ada/rides:ref:refs/heads/main</SubjectFromWebIdentityToken>
    <Audience>sts.amazonaws.com</Audience>
    <Credentials>
      <SessionToken>session+of/${accessKey}==</SessionToken>
      <SecretAccessKey>${secretKey}</SecretAccessKey>
      <Expiration>${until}</Expiration>
      <AccessKeyId>${accessKey}</AccessKeyId>
    </Credentials>
  </AssumeRoleWithWebIdentityResult>
  <ResponseMetadata><RequestId>ad4156e9-bce1-11e2-82e6-6b6efEXAMPLE</RequestId></ResponseMetadata>
</AssumeRoleWithWebIdentityResponse>`;
}

/** A server that ends with the test. */
export async function listen(
  answer: (request: IncomingMessage) => Promise<{ status: number; body: string }>,
): Promise<string> {
  const server = createServer(async (request, response) => {
    const { status, body } = await answer(request);
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A service that gives the keys of roles. */
export async function keyService(body: string): Promise<KeyService> {
  const service: KeyService = { address: '', asked: [], answer: { status: 200, body } };
  service.address = await listen(async (request) => {
    if (request.method !== 'POST' || request.url !== '/') return { status: 400, body: `asked ${request.url}` };
    service.asked.push(Object.fromEntries(new URLSearchParams(await text(request))));
    return service.answer;
  });
  return service;
}
