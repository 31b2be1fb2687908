import { createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Check, Errors } from 'typebox/value';
import { isoTime } from '../../base/clock.ts';
import { GalleyError } from '../../base/errors.ts';
import { hashFile } from '../../base/hash-file.ts';
import { keyIdOf, SignatureFault, signatureName, signingKeyId, verifySignature } from '../../base/model-signature.ts';
import type { Verification, VerifiedFile, VerifiedSignature } from '../../contract/package-verification.ts';
import { VersionManifest } from '../../contract/version-manifest.ts';
import type { ResolvedModel } from '../references.ts';
import { VersionFileStore } from './file-store.ts';
import { SignatureStore, type StoredSignature } from './signature-store.ts';
import { ownPublicKey, readPublicKey } from './signing-keys.ts';
import { type FolderSources, versionFolder } from './version-folder.ts';

const manifestName = 'manifest.json';
/** Without these a folder is no version, whatever else is as its manifest says. */
const servedNames = ['model.onnx', 'signature.json'];

/**
 * Compares the stored files of a version with what was packaged.
 * @param keyPath of a public key whose signature is asked for.
 * @throws GalleyError `package.invalid_key`; of a version whose folder was not made yet `store.missing_blob`, `store.damaged_blob`
 */
export async function verifyVersion(
  sources: FolderSources,
  resolved: ResolvedModel,
  keyPath?: string,
): Promise<Verification> {
  const { blobs, database } = sources.context;
  const { model, version } = resolved;
  const given = keyPath === undefined ? undefined : readPublicKey(keyPath);
  const stored = new VersionFileStore(database);
  if (stored.files(version.id).length === 0) await versionFolder(sources, resolved);
  const files: VerifiedFile[] = [];
  for (const { name, hash } of stored.files(version.id)) {
    const place = blobs.find(hash);
    files.push(await compared(name, hash.replace(/^sha256:/, ''), place));
  }
  const signed = new SignatureStore(database).signature(version.id);
  const bundle = signed && readText(blobs.find(signed.hash));
  const key = given ?? (signed && createPublicKey(signed.publicKey));
  const signature = checkedSignature(bundle, key, files, signed);
  return verification(model.name, version.version, files, signature, given);
}

/**
 * Compares the files of an exported folder with its manifest.
 * @param keyPath of a public key whose signature is asked for.
 * @throws GalleyError `package.no_manifest`, `package.invalid_key`
 */
export async function verifyFolder(folder: string, keyPath?: string): Promise<Verification> {
  const given = keyPath === undefined ? undefined : readPublicKey(keyPath);
  const manifest = readManifest(folder);
  const files: VerifiedFile[] = [];
  for (const { name, sha256 } of manifest.files) files.push(await compared(name, sha256, join(folder, name)));
  const path = join(folder, manifestName);
  const sha256 = await hashFile(path);
  files.push({ name: manifestName, sha256, found: sha256, state: 'same' });
  const known = new Set([...files.map(({ name }) => name), signatureName]);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isFile() || known.has(entry.name)) continue;
    files.push({ name: entry.name, sha256: null, found: await hashFile(join(folder, entry.name)), state: 'extra' });
  }
  const bundle = readText(join(folder, signatureName));
  const signature = checkedSignature(bundle, given ?? ownKeyOf(bundle), files);
  return verification(manifest.model, manifest.version, files, signature, given);
}

function verification(
  model: string,
  version: number,
  files: VerifiedFile[],
  signature: VerifiedSignature,
  given: KeyObject | undefined,
): Verification {
  const isWhole = files.every(({ state }) => state === 'same' || state === 'extra');
  const isSigned = given ? signature.state === 'valid' : signature.state !== 'invalid';
  return { model, version, ok: isWhole && isSigned, files, signature };
}

async function compared(name: string, sha256: string, path: string | undefined): Promise<VerifiedFile> {
  if (path === undefined || !existsSync(path)) return { name, sha256, found: null, state: 'missing' };
  const found = await hashFile(path);
  return { name, sha256, found, state: found === sha256 ? 'same' : 'changed' };
}

/** The user's own key where a signature says that it is of that. */
function ownKeyOf(bundle: string | undefined): KeyObject | undefined {
  const own = ownPublicKey();
  return own && bundle !== undefined && signingKeyId(bundle) === keyIdOf(own) ? own : undefined;
}

/** @param key whose it must be; where there is none it cannot be checked. */
function checkedSignature(
  bundle: string | undefined,
  key: KeyObject | undefined,
  files: readonly VerifiedFile[],
  signed?: StoredSignature,
): VerifiedSignature {
  const who = { signedBy: signed?.signedBy ?? null, signedAt: signed ? isoTime(signed.signedAt) : null };
  if (bundle === undefined && signed) return { state: 'invalid', keyId: null, ...who, message: 'Its file is gone.' };
  if (bundle === undefined) return { state: 'none', keyId: null, ...who, message: null };
  const keyId = signingKeyId(bundle) ?? null;
  if (!key) {
    return { state: 'unchecked', keyId, ...who, message: 'The public key of whoever signed is needed to check it.' };
  }
  const fault = faultOf(bundle, key, files);
  return { state: fault === null ? 'valid' : 'invalid', keyId, ...who, message: fault };
}

/** Why a signature does not hold for these files, null where it does. */
function faultOf(bundle: string, key: KeyObject, files: readonly VerifiedFile[]): string | null {
  try {
    const signed = new Map(verifySignature(bundle, key).files.map(({ name, sha256 }) => [name, sha256]));
    const own = files.filter(({ state }) => state !== 'extra');
    const other = own.find(({ name, found }) => signed.get(name) !== found);
    return other ? `The signature is not over this ${other.name}.` : null;
  } catch (error) {
    if (error instanceof SignatureFault) return `The signature does not hold: ${error.message}.`;
    throw error;
  }
}

function readText(path: string | undefined): string | undefined {
  return path !== undefined && existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** @throws GalleyError `package.no_manifest` */
function readManifest(folder: string): VersionManifest {
  const path = join(folder, manifestName);
  const refuse = (reason: string, cause?: unknown) =>
    new GalleyError('package.no_manifest', `${path} is no manifest of a model version: ${reason}.`, {
      details: { path },
      cause,
    });
  let manifest: unknown;
  try {
    manifest = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw refuse((cause as Error).message, cause);
  }
  if (!Check(VersionManifest, manifest)) {
    const [fault] = Errors(VersionManifest, manifest);
    throw refuse(`${fault?.instancePath || '/'} ${fault?.message}`);
  }
  const named = new Set(manifest.files.map(({ name }) => name));
  const missing = servedNames.find((name) => !named.has(name));
  if (missing !== undefined) throw refuse(`it does not name ${missing}`);
  return manifest;
}
