import { decodeProfile } from './decode.ts';
import { type EncodedProfile, encodeProfile } from './encode.ts';
import { largestWindowCount, type Profile } from './profile.ts';
import type { PreparedReference } from './reference-profile.ts';
import { StrictReader } from './strict-reader.ts';
import { largestTime } from './window-time.ts';

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

/** A document whose head was read; of the windows in it nothing is believed yet. */
export interface OpenedDocument extends Omit<ProfileDocument, 'profiles' | 'format' | 'formatVersion'> {
  profiles: OpenedProfile[];
}

export interface OpenedProfile {
  version: number;
  /** Identity of the reference's bins. */
  reference: string;
  leftOut: number;
  /** For `decodeWindow`. */
  windows: unknown[];
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
 * Reads the head of a document of which nothing is believed. Its windows are read one by one, as they take long.
 * @throws GalleyError `monitor.invalid_profile`
 */
export function openDocument(document: unknown): OpenedDocument {
  const reader = StrictReader.of(document, 'document', [
    ...['format', 'formatVersion', 'deployment', 'model', 'instance', 'madeAt', 'profiles', 'signature'],
  ]);
  reader.oneOf('format', ['galley-profile']);
  reader.integer('formatVersion', 1, 1);
  const profiles = reader.array('profiles', largestVersionCount).map(openProfile);
  if (new Set(profiles.map(({ version }) => version)).size < profiles.length) {
    throw reader.fault('profiles', 'has a version twice');
  }
  return {
    deployment: reader.text('deployment', 200),
    model: reader.text('model', 200),
    instance: reader.text('instance', 200),
    madeAt: reader.integer('madeAt', 0, largestTime),
    ...(reader.has('signature') && { signature: reader.text('signature', 100_000) }),
    profiles,
  };
}

/** All of a document. @param referenceOf as its head names it. @throws GalleyError `monitor.invalid_profile` */
export function readDocument(
  document: unknown,
  referenceOf: (model: string, version: number, identity: string) => PreparedReference,
): Omit<OpenedDocument, 'profiles'> & { profiles: Profile[] } {
  const { profiles, ...head } = openDocument(document);
  const read = profiles.map((profile) =>
    decodeProfile(profile, referenceOf(head.model, profile.version, profile.reference)),
  );
  return { ...head, profiles: read };
}

function openProfile(encoded: unknown): OpenedProfile {
  const reader = StrictReader.of(encoded, 'profile', ['version', 'reference', 'leftOut', 'windows']);
  return {
    version: reader.integer('version', 1),
    reference: reader.text('reference', 100),
    leftOut: reader.integer('leftOut', 0),
    windows: reader.array('windows', largestWindowCount),
  };
}
