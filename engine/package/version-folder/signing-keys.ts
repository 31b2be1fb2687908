import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileDurably } from '../../base/durable-files.ts';
import { GalleyError } from '../../base/errors.ts';
import { isSigningKey, publicPem } from '../../base/model-signature.ts';
import { userFolder } from '../../store/user-folder.ts';

/** Where the signing key of this user lies, outside of every project. */
export function ownKeyPaths(folder = userFolder()): { folder: string; privateKey: string; publicKey: string } {
  const keys = join(folder, 'signing');
  return { folder: keys, privateKey: join(keys, 'key.pem'), publicKey: join(keys, 'key.pub.pem') };
}

/** The private signing key of this user, which nobody else can read; made where there is none. @throws GalleyError `package.invalid_key` */
export function ownKey(paths = ownKeyPaths()): KeyObject {
  if (existsSync(paths.privateKey)) return readPrivateKey(paths.privateKey);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  mkdirSync(paths.folder, { recursive: true, mode: 0o700 });
  writeFileDurably(paths.privateKey, privateKey.export({ type: 'pkcs8', format: 'pem' }), 0o600);
  writeFileDurably(paths.publicKey, publicPem(privateKey));
  return privateKey;
}

/** The public half of this user's key, undefined while there is none. @throws GalleyError `package.invalid_key` */
export function ownPublicKey(paths = ownKeyPaths()): KeyObject | undefined {
  return existsSync(paths.publicKey) ? readPublicKey(paths.publicKey) : undefined;
}

/** @throws GalleyError `package.invalid_key` */
export function readPrivateKey(path: string): KeyObject {
  return readKey(path, 'private', createPrivateKey);
}

/** @throws GalleyError `package.invalid_key` */
export function readPublicKey(path: string): KeyObject {
  return readKey(path, 'public', (text) => {
    // The public key of a private one is what a signature is checked with, but nobody should hand that around.
    if (text.includes('PRIVATE KEY')) throw new Error('it is a private key');
    return createPublicKey(text);
  });
}

function readKey(path: string, half: string, read: (text: string) => KeyObject): KeyObject {
  try {
    const key = read(readFileSync(path, 'utf8'));
    if (isSigningKey(key)) return key;
    throw new Error(`it is a key for ${key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType}`);
  } catch (cause) {
    const message = `${path} is no ${half} key of ECDSA on P-256, P-384 or P-521 in PEM: ${(cause as Error).message}.`;
    throw new GalleyError('package.invalid_key', message, { details: { path }, cause });
  }
}
