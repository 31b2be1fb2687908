import { createHash, createHmac } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A key that a host was known to have, as `known_hosts` of OpenSSH keeps it. */
export interface KnownKey {
  type: string;
  /** The public key's bytes in base64. */
  key: string;
}

/** `SHA256:…` as `ssh` shows it. */
export function fingerprint(key: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

function names(pattern: string, wanted: string): boolean {
  if (!pattern.startsWith('|1|')) return pattern.toLowerCase() === wanted;
  const [, , salt = '', hash = ''] = pattern.split('|');
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(wanted).digest('base64') === hash;
}

/**
 * Keys of a host in the text of a `known_hosts` file, plain or hashed (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"). Lines with
 * wildcards or markers (`@cert-authority`, `@revoked`) are not used.
 */
export function knownKeysIn(text: string, host: string, port: number): KnownKey[] {
  const wanted = (port === 22 ? host : `[${host}]:${port}`).toLowerCase();
  return text.split(/\r?\n/).flatMap((line) => {
    const [patterns = '', type = '', key = ''] = line.trim().split(/\s+/);
    if (key === '' || /^[#@]/.test(patterns)) return [];
    return patterns.split(',').some((pattern) => names(pattern, wanted)) ? [{ type, key }] : [];
  });
}

/** Keys of a host in the user's and the system's `known_hosts`. */
export function knownKeys(host: string, port: number): KnownKey[] {
  const files = [join(homedir(), '.ssh', 'known_hosts'), '/etc/ssh/ssh_known_hosts'];
  return files
    .filter((file) => existsSync(file))
    .flatMap((file) => knownKeysIn(readFileSync(file, 'utf8'), host, port));
}
