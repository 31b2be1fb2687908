import { isoTime } from '../../base/clock.ts';
import { keyIdOf, publicPem, signatureName, signFiles } from '../../base/model-signature.ts';
import type { OutputOf } from '../../contract/call.ts';
import type { packageVerificationCalls } from '../../contract/package-verification.ts';
import type { ResolvedModel } from '../references.ts';
import { SignatureStore } from './signature-store.ts';
import { ownKey, ownKeyPaths, readPrivateKey } from './signing-keys.ts';
import { type FolderSources, versionFolder } from './version-folder.ts';

/**
 * Signs the files of a version, its manifest among them, as they were packaged.
 * @param key path of a private key; the user's own where absent.
 * @throws GalleyError `package.invalid_key`, `store.missing_blob`
 */
export async function signVersion(
  sources: FolderSources,
  resolved: ResolvedModel,
  signedBy: string,
  key?: string,
): Promise<OutputOf<typeof packageVerificationCalls.sign>> {
  const { blobs, clock, database, events } = sources.context;
  const { model, version } = resolved;
  const privateKey = key === undefined ? ownKey() : readPrivateKey(key);
  const files = (await versionFolder(sources, resolved)).filter(({ name }) => name !== signatureName);
  const text = signFiles(`${model.name}@${version.version}`, files, privateKey);
  const [publicKey, signedAt] = [publicPem(privateKey), clock.now()];
  const store = new SignatureStore(database);
  database.transaction(() => {
    const before = store.signature(version.id);
    store.put(version.id, { ...blobs.put(text), publicKey, signedBy, signedAt });
    if (before) blobs.release(before.hash);
  });
  events.publish({ type: 'phase.changed', phase: 'package', subject: model.name });
  return {
    model: model.name,
    version: version.version,
    keyId: keyIdOf(privateKey),
    publicKey,
    publicKeyPath: key === undefined ? ownKeyPaths().publicKey : null,
    signedBy,
    signedAt: isoTime(signedAt),
  };
}
