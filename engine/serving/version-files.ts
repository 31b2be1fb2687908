import { createPublicKey } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Check, Errors } from 'typebox/value';
import { GalleyError } from '../base/errors.ts';
import { readHashed } from '../base/hash-file.ts';
import { type SignedFile, signatureName, verifySignature } from '../base/model-signature.ts';
import type { ServedVersion } from '../contract/serving.ts';
import { type VersionFile, VersionManifest } from '../contract/version-manifest.ts';

/** A file of a model version; without a hash where nobody says what it must be. */
export type ReadFile = Omit<VersionFile, 'sha256'> & Partial<VersionFile>;

/** The two files that a model is loaded from, and what lies beside them. */
export interface VersionFiles {
  onnx: ReadFile;
  signature: ReadFile;
  others: ReadFile[];
}

type ServedFolder = Extract<ServedVersion, { folder: string }>;

const manifestName = 'manifest.json';

/**
 * The files of a version, with what they must be where that is known.
 * @throws GalleyError `serving.model_unreadable`, `serving.model_tampered`
 */
export async function versionFiles(served: ServedVersion): Promise<VersionFiles> {
  if ('onnx' in served) {
    const [onnx, signature] = [served.onnx, served.signature];
    return {
      onnx: { name: 'model.onnx', path: onnx },
      signature: { name: 'signature.json', path: signature },
      others: [],
    };
  }
  return 'files' in served ? divided(served.files) : filesOfFolder(served);
}

/**
 * Reads a file and compares it with what it must be.
 * @throws GalleyError `serving.model_unreadable`, `serving.model_tampered`
 */
export async function readVersionFile(file: ReadFile): Promise<Buffer> {
  const { bytes, sha256 } = await readHashed(file.path).catch((cause) => {
    throw unreadable(file, cause as Error);
  });
  if (file.sha256 === undefined || file.sha256 === sha256) return bytes;
  const message = `${file.name} (${file.path}) is not the file that was packaged: its sha256 is ${sha256}, not ${file.sha256}.`;
  throw tampered(message, { file: file.name, path: file.path, expected: file.sha256, found: sha256 });
}

async function filesOfFolder({ folder, manifest: sha256, publicKey }: ServedFolder): Promise<VersionFiles> {
  const listed = ({ name, sha256 }: SignedFile) => ({ name, path: join(folder, name), sha256 });
  const path = join(folder, manifestName);
  if (publicKey !== undefined) {
    const files = (await signedFiles(folder, publicKey)).map(listed);
    // Its owner may have signed other versions, too.
    if (sha256 !== undefined) await readVersionFile({ name: manifestName, path, sha256 });
    return divided(files);
  }
  if (sha256 === undefined && !existsSync(path)) {
    return divided(['model.onnx', 'signature.json'].map((name) => ({ name, path: join(folder, name) })));
  }
  const manifest = await readManifest({ name: manifestName, path, sha256 });
  return divided(manifest.files.map(listed));
}

/** What the key vouches for. @throws GalleyError `serving.model_unreadable`, `serving.model_tampered` */
async function signedFiles(folder: string, publicKey: string): Promise<SignedFile[]> {
  const file = { name: signatureName, path: join(folder, signatureName) };
  const bundle = (await readVersionFile(file)).toString('utf8');
  try {
    return verifySignature(bundle, createPublicKey(publicKey)).files;
  } catch (cause) {
    const message = `The signature ${file.path} does not hold: ${(cause as Error).message}.`;
    throw tampered(message, { file: file.name, path: file.path });
  }
}

/** @throws GalleyError `serving.model_unreadable`, `serving.model_tampered` */
async function readManifest(file: ReadFile): Promise<VersionManifest> {
  const manifest = parsed((await readVersionFile(file)).toString('utf8'));
  if (Check(VersionManifest, manifest)) return manifest;
  const [fault] = Errors(VersionManifest, manifest);
  const where = `${fault?.instancePath || '/'} ${fault?.message ?? 'does not fit'}`;
  throw tampered(`The manifest ${file.path} cannot be read: ${where}.`, { file: file.name, path: file.path });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function divided(files: readonly ReadFile[]): VersionFiles {
  const named = (name: string) => {
    const found = files.find((file) => file.name === name);
    if (found) return found;
    throw tampered(`The files of the version do not have ${name}, only ${files.map((file) => file.name).join(', ')}.`, {
      file: name,
    });
  };
  const [onnx, signature] = [named('model.onnx'), named('signature.json')];
  return { onnx, signature, others: files.filter((file) => file !== onnx && file !== signature) };
}

function unreadable({ name, path }: ReadFile, cause: Error): GalleyError {
  const message = `${name} of the version cannot be read: ${cause.message}`;
  return new GalleyError('serving.model_unreadable', message, { details: { file: name, path }, cause });
}

function tampered(message: string, details: Record<string, unknown>): GalleyError {
  return new GalleyError('serving.model_tampered', message, { details });
}
