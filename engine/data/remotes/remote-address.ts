import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GalleyError } from '../../base/errors.ts';

export interface S3Place {
  kind: 's3';
  bucket: string;
  /** Without slashes at its ends. */
  prefix: string;
}

export interface SshPlace {
  kind: 'ssh';
  user: string | null;
  host: string;
  port: number;
  path: string;
}

export type RemotePlace = { kind: 'folder'; path: string } | S3Place | SshPlace;

const trimSlashes = (text: string) => text.replace(/^\/+|\/+$/g, '');

function wrong(address: string, reason: string): GalleyError {
  return new GalleyError('data.invalid_remote', `"${address}" is no address of a remote: ${reason}.`, {
    details: { address },
  });
}

function urlOf(address: string): URL {
  try {
    return new URL(address);
  } catch {
    throw wrong(address, 'it is not a whole URL');
  }
}

function sshPlace(address: string): SshPlace {
  const url = urlOf(address);
  if (url.password !== '')
    throw wrong(address.replace(`:${url.password}@`, '@'), 'a password does not belong in an address');
  const path = decodeURIComponent(url.pathname);
  if (url.hostname === '' || path === '' || path === '/') throw wrong(address, 'it must name a host and a folder');
  return {
    kind: 'ssh',
    user: url.username === '' ? null : decodeURIComponent(url.username),
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 22 : Number(url.port),
    path,
  };
}

/**
 * What `/path`, `file:///path`, `s3://bucket/prefix`, `ssh://user@host:port/path` or `user@host:/path` names.
 * @throws GalleyError `data.invalid_remote`
 */
export function parseRemoteAddress(address: string): RemotePlace {
  if (isAbsolute(address)) return { kind: 'folder', path: address.replace(/(?<=.)[\\/]+$/, '') };
  if (address.startsWith('file:')) return parseRemoteAddress(fileURLToPath(urlOf(address)));
  if (address.startsWith('s3:')) {
    const { hostname, pathname, username, password } = urlOf(address);
    if (hostname === '') throw wrong(address, 'it must name a bucket');
    if (username !== '' || password !== '') throw wrong('s3://…', 'keys do not belong in an address');
    return { kind: 's3', bucket: hostname, prefix: trimSlashes(decodeURIComponent(pathname)) };
  }
  if (address.startsWith('ssh:') || address.startsWith('sftp:')) return sshPlace(address.replace(/^sftp:/, 'ssh:'));
  const short = /^(?:([^@/:]+)@)?([^@/:\\]{2,}):(\/(?!\/).+)$/.exec(address);
  if (short)
    return { kind: 'ssh', user: short[1] ?? null, host: short[2] as string, port: 22, path: short[3] as string };
  throw wrong(address, 'give a whole path, s3://bucket/prefix or ssh://user@host/path');
}

/** The one way in which Galley writes the address of a place. */
export function writeAddress(place: RemotePlace): string {
  switch (place.kind) {
    case 'folder':
      return place.path;
    case 's3':
      return `s3://${place.bucket}${place.prefix === '' ? '' : `/${encodeURI(place.prefix)}`}`;
    case 'ssh': {
      const user = place.user === null ? '' : `${encodeURIComponent(place.user)}@`;
      const host = place.host.includes(':') ? `[${place.host}]` : place.host;
      return `ssh://${user}${host}${place.port === 22 ? '' : `:${place.port}`}${encodeURI(place.path)}`;
    }
  }
}
