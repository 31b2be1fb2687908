import Type, { type Static } from 'typebox';
import { command, query } from './call.ts';
import { Nullable, Time } from './values.ts';
import { Sha256 } from './version-manifest.ts';

export const VerifiedFile = Type.Object({
  name: Type.String(),
  /** What it must be; null where the manifest does not name it. */
  sha256: Nullable(Sha256),
  /** What it is; null where it is not there. */
  found: Nullable(Sha256),
  /** `extra` is no fault: it is no file of the version. */
  state: Type.Enum(['same', 'changed', 'missing', 'extra']),
});
export type VerifiedFile = Static<typeof VerifiedFile>;

export const VerifiedSignature = Type.Object({
  /** `unchecked`: there is one, of a key that is neither given nor known here. */
  state: Type.Enum(['none', 'valid', 'invalid', 'unchecked']),
  /** sha256 of the public key's PEM text. */
  keyId: Nullable(Type.String()),
  /** Who signed in this project, and when. */
  signedBy: Nullable(Type.String()),
  signedAt: Nullable(Time),
  /** Why it does not hold, or is not checked. */
  message: Nullable(Type.String()),
});
export type VerifiedSignature = Static<typeof VerifiedSignature>;

export const Verification = Type.Object({
  model: Type.String(),
  version: Type.Integer(),
  /** Every file is the one that was packaged, and the signature holds: that of the key, where one was given. */
  ok: Type.Boolean(),
  files: Type.Array(VerifiedFile),
  signature: VerifiedSignature,
});
export type Verification = Static<typeof Verification>;

/** PEM file of a public key; a signature by it is asked for then. */
const key = Type.Optional(Type.String({ minLength: 1 }));

export const packageVerificationCalls = {
  verify: query(
    'package.verify',
    'Whether the files of a version are those that were packaged, and its signature holds.',
    Type.Object({ reference: Type.String({ minLength: 1 }), key }),
    Verification,
  ),
  verifyFolder: query(
    'package.verifyFolder',
    'The same of a folder that a version was exported into.',
    Type.Object({ folder: Type.String({ minLength: 1 }), key }),
    Verification,
  ),
  sign: command(
    'package.sign',
    'Signs the files of a version in the form of OpenSSF Model Signing; a signature of before is replaced.',
    Type.Object({
      reference: Type.String({ minLength: 1 }),
      /** PEM file of a private key on P-256, P-384 or P-521; else the key of this user, which is made where there is none. */
      key: Type.Optional(Type.String({ minLength: 1 })),
    }),
    Type.Object({
      model: Type.String(),
      version: Type.Integer(),
      keyId: Type.String(),
      /** In PEM, for those who verify. */
      publicKey: Type.String(),
      /** Where that stands as a file; null for a key that was given. */
      publicKeyPath: Nullable(Type.String()),
      signedBy: Type.String(),
      signedAt: Time,
    }),
  ),
};
