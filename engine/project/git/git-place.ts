import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GalleyError } from '../../base/errors.ts';
import { loopbackUrlHosts } from '../../contract/network-access.ts';
import type { SecretRequest } from '../../store/secrets.ts';

/** Where commits come from and go to. */
export type GitPlace = { kind: 'folder'; path: string } | { kind: 'web'; url: string; user: string | undefined };

/** Tokens of GitHub and GitLab, which both take them in place of a user. */
const tokens = /^(?:gh[opsur]_|github_pat_|gl[a-z]{2,5}-)/;

/**
 * What an address names, and the password that was in it. Nothing is sent in clear but to this machine itself.
 * @throws GalleyError `project.git_address`
 */
export function parseGitAddress(address: string): { place: GitPlace; secret: string | undefined } {
  if (isAbsolute(address)) return { place: { kind: 'folder', path: resolve(address) }, secret: undefined };
  if (/^(ssh|git):\/\//.test(address) || /^[^@/:\s]+@[^/:\s]+:/.test(address))
    throw wrong('Galley reaches Git by https or in a folder, not by SSH', address);
  if (!URL.canParse(address)) throw wrong('it is neither a whole URL nor a whole path', address);
  const url = new URL(address);
  if (url.protocol === 'file:') return parseGitAddress(fileURLToPath(url));
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw wrong('it must begin with https://', address);
  if (url.protocol === 'http:' && !loopbackUrlHosts.includes(url.hostname))
    throw wrong(
      'by http all that is pushed and pulled could be read and changed on its way, so it must begin with https://',
      address,
    );
  if (url.password === '' && tokens.test(url.username)) [url.username, url.password] = ['', url.username];
  const secret = url.password === '' ? undefined : decodeURIComponent(url.password);
  const user = url.username === '' ? undefined : decodeURIComponent(url.username);
  url.password = '';
  url.search = '';
  url.hash = '';
  return { place: { kind: 'web', url: url.href.replace(/\/+$/, ''), user }, secret };
}

/** The one way in which Galley writes a place; no password is in it. */
export function writeGitAddress(place: GitPlace): string {
  return place.kind === 'folder' ? place.path : place.url;
}

/** Where the password of a place is kept: by host and user, so that another host never gets it. */
export function secretRequest(place: GitPlace, variable: string | undefined): SecretRequest {
  if (place.kind === 'folder') return { account: undefined, variable: undefined };
  return { account: `git/${new URL(place.url).origin}/${place.user ?? ''}`, variable };
}

/** An address that may be none, for messages. */
export function withoutPassword(address: string): string {
  return address.replace(/:(?!\/\/)[^@]*@/, '@');
}

function wrong(reason: string, written: string): GalleyError {
  const address = withoutPassword(written);
  return new GalleyError('project.git_address', `"${address}" is no address of a repository: ${reason}.`, {
    details: { address },
  });
}
