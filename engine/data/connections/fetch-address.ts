import { lookup } from 'node:dns/promises';
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { GalleyError } from '../../base/errors.ts';
import { networkError } from '../../base/network-errors.ts';
import { type Downloaded, type DownloadOptions, download } from '../../store/download.ts';
import { sendHttp } from '../../store/http-client.ts';
import { webAddress } from './settings.ts';

const mostRedirects = 5;

/** Addresses of this machine and of networks that are not public. */
const inside = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  inside.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  inside.addSubnet(network, bits, 'ipv6');

async function isInside(hostname: string): Promise<boolean> {
  const host = hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) ? [host] : (await lookup(host, { all: true })).map(({ address }) => address);
  return addresses.some((address) => inside.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4'));
}

export interface AddressAccess {
  url: string;
  /** Basic authentication. */
  user?: string;
  password?: string;
  /** Parameters that are not part of the stored address. */
  parameters: Record<string, string>;
  /** What an earlier answer said: where it still holds, nothing is sent. */
  known?: { etag: string | null; lastModified: string | null };
  signal: AbortSignal;
}

/** The address without parameters: what messages show. */
function shown(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

/**
 * Asks for an address, following redirects. The password goes to the host that was asked for and to no other; a redirect
 * leads neither from https to http nor from the public network to this machine or its own.
 * @throws GalleyError `data.address_refused`, `data.not_served`, `data.access_refused`, `data.host_unreachable`, `data.tls_failed`
 */
export async function requestAddress(access: AddressAccess, headers: Record<string, string>): Promise<IncomingMessage> {
  const first = webAddress(access.url);
  for (const [name, value] of Object.entries(access.parameters)) first.searchParams.set(name, value);
  let url = first;
  for (let redirects = 0; ; redirects++) {
    const response = await send(url, { ...headers, ...authorization(access, url, first) }, access.signal);
    const { statusCode = 0 } = response;
    const location = response.headers.location;
    if (statusCode === 200 || statusCode === 206 || statusCode === 304) return response;
    response.resume();
    if (statusCode < 300 || statusCode >= 400 || location === undefined) throw refusal(statusCode, url);
    if (redirects === mostRedirects)
      throw new GalleyError('data.not_served', `${shown(first)} redirects more than ${mostRedirects} times.`);
    url = await redirected(url, location);
  }
}

async function send(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<IncomingMessage> {
  try {
    return await sendHttp(url, {
      headers: { 'user-agent': 'Galley', accept: '*/*', 'accept-encoding': 'identity', ...headers },
      signal,
    });
  } catch (error) {
    throw networkError(error, url.host) ?? error;
  }
}

function authorization({ user, password }: AddressAccess, url: URL, first: URL): Record<string, string> {
  if (user === undefined || url.origin !== first.origin) return {};
  return { authorization: `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}` };
}

async function redirected(from: URL, location: string): Promise<URL> {
  const to = URL.canParse(location, from) ? webAddress(new URL(location, from).toString()) : undefined;
  const refused = (why: string) =>
    new GalleyError('data.address_refused', `${shown(from)} redirects ${why}, where Galley does not follow.`, {
      hint: 'If that is where the data is, give that address itself.',
    });
  if (!to) throw refused('to something that is no address');
  if (from.protocol === 'https:' && to.protocol === 'http:') throw refused('from https to http');
  if (to.host !== from.host && (await isInside(to.hostname)) && !(await isInside(from.hostname)))
    throw refused(`into this machine's own network (${to.host})`);
  to.username = '';
  to.password = '';
  return to;
}

function refusal(status: number, url: URL): GalleyError {
  const details = { status, address: shown(url) };
  if (status === 401 || status === 403)
    return new GalleyError(
      'data.access_refused',
      `${shown(url)} asks for a user and password, or refuses these (${status}).`,
      { details },
    );
  if (status === 404 || status === 410)
    return new GalleyError('data.object_not_found', `There is nothing at ${shown(url)} (${status}).`, { details });
  return new GalleyError('data.not_served', `${shown(url)} answered with status ${status}.`, { details });
}

/** Downloads an address; undefined where it has not changed since `known`. @throws GalleyError `data.*` */
export async function fetchAddress(
  access: AddressAccess,
  options: Omit<DownloadOptions, 'request' | 'name' | 'signal'>,
): Promise<Downloaded | undefined> {
  let unchanged = false;
  const { known } = access;
  const asked: Record<string, string> = {
    ...(known?.etag ? { 'if-none-match': known.etag } : {}),
    ...(known?.lastModified ? { 'if-modified-since': known.lastModified } : {}),
  };
  const downloaded = await download({
    ...options,
    name: shown(webAddress(access.url)),
    signal: access.signal,
    request: async (from, validator) => {
      const range: Record<string, string> = from > 0 ? { range: `bytes=${from}-` } : asked;
      if (from > 0 && validator !== null) range['if-range'] = validator;
      const response = await requestAddress(access, range);
      unchanged = response.statusCode === 304;
      return response;
    },
  });
  return unchanged ? undefined : downloaded;
}
