import { createHash, type KeyObject } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { canonicalJson, type Json } from '../../base/canonical-json.ts';
import { signFiles } from '../../base/model-signature.ts';
import { type ProfileDocument, writeDocument } from '../../statistics/profile/document.ts';
import { type EncodedProfile, type EncodedWindow, encodeWindow } from '../../statistics/profile/encode.ts';
import type { WindowSketch } from '../../statistics/profile/window-sketch.ts';
import { spanEnd } from '../../statistics/profile/window-time.ts';
import type { ModelProfiles, ProfileRole } from './model-profiles.ts';

/** Event times in [since, until), UTC epoch milliseconds; null is open. Windows that lie in it in part are whole. */
export interface ProfileRange {
  since: number | null;
  until: number | null;
}

export const wholeRange: ProfileRange = { since: null, until: null };

/** Windows that are written in one turn of the event loop. */
const windowsAtOnce = 8;

/** Those that have not changed since need not be written again. */
const written = new WeakMap<WindowSketch, { rows: number; requests: number; window: EncodedWindow }>();

/** What `GET /profile` answers, unsigned. */
export async function profileDocument(
  head: Pick<ProfileDocument, 'deployment' | 'instance' | 'madeAt'>,
  profiles: ModelProfiles,
  role: ProfileRole,
  range: ProfileRange,
): Promise<ProfileDocument> {
  const encoded: EncodedProfile[] = [];
  for (const [version, { profile, reference }] of profiles.rowProfiles(role)) {
    const windows: EncodedWindow[] = [];
    for (const window of profile.windows) {
      if (window.rows === 0 || !overlaps(window, range)) continue;
      windows.push(encodedWindow(window));
      if (windows.length % windowsAtOnce === 0) await nextTurn();
    }
    encoded.push({ version, reference: reference.identity, leftOut: profile.leftOut, windows });
  }
  for (const earlier of profiles.earlier(role)) {
    encoded.push({ ...earlier, windows: earlier.windows.filter((window) => overlaps(window, range)) });
  }
  const document = writeDocument({ ...head, model: profiles.model }, []);
  return { ...document, profiles: encoded.sort((one, other) => one.version - other.version) };
}

/** A document with the signature of a key over it. */
export function signedDocument(document: ProfileDocument, key: KeyObject): ProfileDocument {
  const text = canonicalJson(document as unknown as Json);
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { ...document, signature: signFiles(document.deployment, [{ name: 'profile.json', sha256 }], key) };
}

function encodedWindow(window: WindowSketch): EncodedWindow {
  const { rows, requests } = window;
  const known = written.get(window);
  if (known?.rows === rows && known.requests === requests) return known.window;
  const encoded = encodeWindow(window);
  written.set(window, { rows, requests, window: encoded });
  return encoded;
}

function overlaps({ unit, start }: Pick<EncodedWindow, 'unit' | 'start'>, { since, until }: ProfileRange): boolean {
  return (since === null || spanEnd(unit, start) > since) && (until === null || start < until);
}
