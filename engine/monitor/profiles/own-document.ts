import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '../../base/canonical-json.ts';
import { dayMilliseconds } from '../../base/clock.ts';
import { signFiles } from '../../base/model-signature.ts';
import type { DeploymentSpec } from '../../deploy/index.ts';
import { ownKey } from '../../package/index.ts';
import { type ProfileDocument, writeDocument } from '../../statistics/profile/document.ts';
import { type EncodedWindow, encodeWindow } from '../../statistics/profile/encode.ts';
import { spanStart } from '../../statistics/profile/window-time.ts';
import type { TimeRange } from '../logged-rows.ts';
import { here, type WindowSpan } from './profile-store.ts';
import type { ProfiledSources } from './profiled-range.ts';
import type { VersionProfile } from './version-profiles.ts';

/** Days that a document has before its hours; what is older is there by month, as a document holds so many windows. */
const largestDays = 2000;

/** What is signed of a document: the hash of its canonical JSON, as of a file. */
export function signedFile(document: Omit<ProfileDocument, 'signature'>): { name: string; sha256: string } {
  const text = canonicalJson(document as unknown as Json);
  return { name: 'profile.json', sha256: createHash('sha256').update(text).digest('hex') };
}

/**
 * The sums of the rows that were answered here: hours while there are any, days before, months before those. Windows that lie in the
 * range in part are whole.
 */
export async function ownDocument(
  { store, versions }: Pick<ProfiledSources, 'store' | 'versions'>,
  spec: DeploymentSpec,
  range: TimeRange,
  { instance, now, isSigned }: { instance: string; now: number; isSigned: boolean },
): Promise<ProfileDocument> {
  const spans = spansOf(range, store.hoursSince(spec.id));
  const totals = store.totals(spec.id, { unit: 'month', from: null, to: null });
  const known = new Map<number, VersionProfile>();
  for (const { version, source } of totals) {
    if (source === here) known.set(version, await versions.of(spec.model, version));
  }
  const encoded = new Map<number, EncodedWindow[]>();
  for (const span of spans) {
    const windows = store.windows(spec.id, span, here, (version) => known.get(version)?.reference ?? null);
    for await (const { version, window } of windows) {
      const ofVersion = encoded.get(version) ?? [];
      ofVersion.push(encodeWindow(window));
      encoded.set(version, ofVersion);
    }
  }
  const head = writeDocument({ deployment: spec.name, model: spec.model, instance, madeAt: now }, []);
  const profiles = [...encoded].map(([version, windows]) => ({
    version,
    reference: (known.get(version) as VersionProfile).reference.identity,
    leftOut: 0,
    windows,
  }));
  const document = { ...head, profiles: profiles.sort((one, other) => one.version - other.version) };
  if (!isSigned) return document;
  return { ...document, signature: signFiles(spec.name, [signedFile(document)], ownKey()) };
}

/** Months, days and hours that follow each other. */
function spansOf({ since, until }: TimeRange, hoursSince: number | null): WindowSpan[] {
  if (hoursSince === null) return [spanOf('hour', since, until)];
  const daysSince = spanStart('month', hoursSince - largestDays * dayMilliseconds);
  return [
    spanOf('month', since, least(until, daysSince)),
    spanOf('day', greatest(since, daysSince), least(until, hoursSince)),
    spanOf('hour', greatest(since, hoursSince), until),
  ].filter(({ from, to }) => from === null || to === null || from < to);
}

/** @param until is within a window or begins it */
function spanOf(unit: WindowSpan['unit'], since: number | null, until: number | null): WindowSpan {
  return { unit, from: since === null ? null : spanStart(unit, since), to: until };
}

function least(bound: number | null, other: number): number {
  return bound === null ? other : Math.min(bound, other);
}

function greatest(bound: number | null, other: number): number {
  return bound === null ? other : Math.max(bound, other);
}
