import { decodeProfile } from './decode.ts';
import { type EncodedProfile, encodeProfile } from './encode.ts';
import type { Profile } from './profile.ts';
import type { PreparedReference } from './reference-profile.ts';
import { StrictReader } from './strict-reader.ts';

/** What `GET /profile` answers, and a file of it holds. */
export interface ProfileDocument {
  format: 'galley-profile';
  formatVersion: 1;
  deployment: string;
  model: string;
  /** Of the process that counted: from another one counts start anew and are added. */
  instance: string;
  /** UTC epoch milliseconds. */
  madeAt: number;
  /** One a version. */
  profiles: EncodedProfile[];
  /** Text of a Sigstore bundle over the canonical JSON of the other fields. */
  signature?: string;
}

/** What a document holds, beside its signature. */
export interface ReadDocument extends Omit<ProfileDocument, 'profiles' | 'format' | 'formatVersion'> {
  profiles: Profile[];
}

const largestVersionCount = 100;

export function writeDocument(
  of: Pick<ProfileDocument, 'deployment' | 'model' | 'instance' | 'madeAt'>,
  profiles: readonly Profile[],
): ProfileDocument {
  const { deployment, model, instance, madeAt } = of;
  return {
    format: 'galley-profile',
    formatVersion: 1,
    deployment,
    model,
    instance,
    madeAt,
    profiles: profiles.map(encodeProfile),
  };
}

/**
 * Reads a document of which nothing is believed.
 * @param referenceOf the reference of a version of the model with that identity of bins; what it throws is passed on
 * @throws GalleyError `monitor.invalid_profile`
 */
export function readDocument(
  document: unknown,
  referenceOf: (model: string, version: number, identity: string) => PreparedReference,
): ReadDocument {
  const reader = StrictReader.of(document, 'document', [
    ...['format', 'formatVersion', 'deployment', 'model', 'instance', 'madeAt', 'profiles', 'signature'],
  ]);
  reader.oneOf('format', ['galley-profile']);
  reader.integer('formatVersion', 1, 1);
  const model = reader.text('model', 200);
  const versions = new Set<number>();
  return {
    deployment: reader.text('deployment', 200),
    model,
    instance: reader.text('instance', 200),
    madeAt: reader.integer('madeAt', 0),
    ...(reader.has('signature') && { signature: reader.text('signature', 100_000) }),
    profiles: reader.array('profiles', largestVersionCount).map((encoded) => {
      const { version, reference } = headOf(encoded);
      if (versions.has(version)) throw reader.fault('profiles', `has version ${version} twice`);
      versions.add(version);
      return decodeProfile(encoded, referenceOf(model, version, reference));
    }),
  };
}

function headOf(encoded: unknown): { version: number; reference: string } {
  const reader = StrictReader.of(encoded, 'profile', ['version', 'reference', 'leftOut', 'windows']);
  return { version: reader.integer('version', 1), reference: reader.text('reference', 100) };
}
