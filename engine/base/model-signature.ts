import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { canonicalJson, type Json } from './canonical-json.ts';

/** Where the signature of a folder lies in it. */
export const signatureName = 'model.sig';

/** A file and the sha256 of its bytes in hexadecimal. */
export interface SignedFile {
  name: string;
  sha256: string;
}

/** Why a signature does not hold, as the end of a sentence. */
export class SignatureFault extends Error {}

const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const payloadType = 'application/vnd.in-toto+json';
const statementType = 'https://in-toto.io/Statement/v1';
const predicateType = 'https://model_signing/signature/v1.0';

/** Hash functions by the curve of the key, as Sigstore has them. */
const hashes: Record<string, string> = { prime256v1: 'sha256', secp384r1: 'sha384', secp521r1: 'sha512' };

/** Whether signatures can be made or checked with a key: ECDSA on P-256, P-384 or P-521. */
export function isSigningKey(key: KeyObject): boolean {
  return (key.asymmetricKeyDetails?.namedCurve ?? '') in hashes;
}

/** By which a signature names its key: sha256 of the public key's PEM text, in hexadecimal. @param key public or private */
export function keyIdOf(key: KeyObject): string {
  return createHash('sha256').update(publicPem(key)).digest('hex');
}

/** PEM of the public half. @param key public or private */
export function publicPem(key: KeyObject): string {
  const half = key.type === 'private' ? createPublicKey(key) : key;
  return half.export({ type: 'spki', format: 'pem' }).toString();
}

/**
 * Signs files in the form of OpenSSF Model Signing 1.0: a Sigstore bundle whose DSSE envelope holds an in-toto statement over them.
 * @param subject what they are together.
 * @param key a private key that `isSigningKey` takes.
 */
export function signFiles(subject: string, files: readonly SignedFile[], key: KeyObject): string {
  const payload = Buffer.from(canonicalJson(statementOf(subject, files)));
  const signature = sign(hashOf(key), envelopeBytes(payload), key);
  const bundle = {
    mediaType: bundleType,
    verificationMaterial: { publicKey: { hint: keyIdOf(key) }, tlogEntries: [] },
    dsseEnvelope: {
      payload: payload.toString('base64'),
      payloadType,
      signatures: [{ sig: signature.toString('base64'), keyid: '' }],
    },
  };
  return `${JSON.stringify(bundle, null, 2)}\n`;
}

/** The key that a signature says it was made with, which nothing proves yet; undefined where it names none. */
export function signingKeyId(bundle: string): string | undefined {
  return parsed<{ verificationMaterial?: { publicKey?: { hint?: string } } }>(bundle)?.verificationMaterial?.publicKey
    ?.hint;
}

/**
 * What was signed, which whoever has the private key vouches for.
 * @param bundle text of a signature file.
 * @throws SignatureFault
 */
export function verifySignature(bundle: string, key: KeyObject): { subject: string; files: SignedFile[] } {
  const hint = signingKeyId(bundle);
  if (hint !== undefined && hint !== keyIdOf(key)) {
    throw new SignatureFault(`it was made with the key ${hint.slice(0, 12)}, not with ${keyIdOf(key).slice(0, 12)}`);
  }
  const envelope = parsed<{ dsseEnvelope?: Partial<Envelope> }>(bundle)?.dsseEnvelope;
  const [first] = envelope?.signatures ?? [];
  if (typeof envelope?.payload !== 'string' || typeof first?.sig !== 'string' || envelope.payloadType !== payloadType) {
    throw new SignatureFault('it is not a Sigstore bundle with an in-toto statement');
  }
  const payload = Buffer.from(envelope.payload, 'base64');
  if (!verify(hashOf(key), envelopeBytes(payload), key, Buffer.from(first.sig, 'base64'))) {
    throw new SignatureFault('its bytes are not what the key signed');
  }
  return signedFiles(parsed<Partial<Statement>>(payload.toString('utf8')) ?? {});
}

interface Envelope {
  payload: string;
  payloadType: string;
  signatures: { sig?: string }[];
}

interface Statement {
  subject: { name: string; digest: { sha256?: string } }[];
  predicateType: string;
  predicate: {
    serialization?: { method?: string };
    resources?: { name: string; algorithm: string; digest: string }[];
  };
}

function statementOf(subject: string, files: readonly SignedFile[]): Json {
  const sorted = files.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  return {
    _type: statementType,
    subject: [{ name: subject, digest: { sha256: digestOf(sorted) } }],
    predicateType,
    predicate: {
      serialization: { method: 'files', hash_type: 'sha256', allow_symlinks: false, ignore_paths: [signatureName] },
      resources: sorted.map(({ name, sha256 }) => ({ name, algorithm: 'sha256', digest: sha256 })),
    },
  };
}

function signedFiles(statement: Partial<Statement>): { subject: string; files: SignedFile[] } {
  if (statement.predicateType !== predicateType) {
    throw new SignatureFault(`it is a ${statement.predicateType ?? 'statement of no kind'}, not a ${predicateType}`);
  }
  const { serialization, resources = [] } = statement.predicate ?? {};
  if (serialization?.method !== 'files' || resources.some(({ algorithm }) => algorithm !== 'sha256')) {
    throw new SignatureFault('it does not name whole files by their sha256');
  }
  const files = resources.map(({ name, digest }) => ({ name, sha256: digest }));
  const subject = statement.subject?.[0];
  if (subject?.digest.sha256 !== digestOf(files)) throw new SignatureFault('its digest is not that of its files');
  return { subject: subject.name, files };
}

/** sha256 over the hashes of files, one after the other. */
function digestOf(files: readonly SignedFile[]): string {
  const hash = createHash('sha256');
  for (const { sha256 } of files) hash.update(Buffer.from(sha256, 'hex'));
  return hash.digest('hex');
}

/** What of an envelope is signed: DSSE's pre-authentication encoding. */
function envelopeBytes(payload: Buffer): Buffer {
  const head = `DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

function hashOf(key: KeyObject): string {
  const curve = key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType ?? 'unknown';
  const hash = hashes[curve];
  if (hash === undefined) throw new SignatureFault(`its key is of the kind ${curve}, not of P-256, P-384 or P-521`);
  return hash;
}

function parsed<Content>(text: string): Content | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
