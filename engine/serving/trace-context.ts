import type { IncomingHttpHeaders } from 'node:http';
import { randomHex } from '../base/random-hex.ts';

/** Where a request stands in a trace, by W3C Trace Context. Ids are in small hexadecimal digits. */
export interface TraceContext {
  traceId: string;
  /** The caller's span, null where the trace begins here. */
  parentId: string | null;
  /** The span of this server. */
  spanId: string;
  /** Whether the trace is recorded; null where the trace begins here and nobody has decided. */
  sampled: boolean | null;
  /** As the caller sent it, null where it is not valid or there is none. */
  state: string | null;
}

const traceparent = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const allZero = /^0+$/;
const sampledFlag = 1;

const stateKey = /^[a-z0-9][a-z0-9_\-*/]{0,255}$|^[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13}$/;
/** Printable, without comma and equals sign, not ending in a space. */
const stateValue = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;
const stateMembers = 32;

/** The trace of a request. One without a valid `traceparent` begins its own. */
export function traceOf({ traceparent: parent, tracestate }: IncomingHttpHeaders): TraceContext {
  const spanId = randomHex(8);
  const fields = typeof parent === 'string' ? readParent(parent) : null;
  if (!fields) return { traceId: randomHex(16), parentId: null, spanId, sampled: null, state: null };
  return { ...fields, spanId, state: typeof tracestate === 'string' ? readState(tracestate) : null };
}

/** The header that tells a caller which span answered it. */
export function traceHeader({ traceId, spanId, sampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
}

/** A version that is not known yet may have more fields, which are left alone. */
function readParent(text: string): Pick<TraceContext, 'traceId' | 'parentId' | 'sampled'> | null {
  const [, version, traceId = '', parentId = '', flags = '', more] = traceparent.exec(text) ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return null;
  if (allZero.test(traceId) || allZero.test(parentId)) return null;
  return { traceId, parentId, sampled: (Number.parseInt(flags, 16) & sampledFlag) !== 0 };
}

/** The list as it was sent, null where any member of it is not valid. */
function readState(text: string): string | null {
  const members = text
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '');
  const keys = members.map((member) => member.slice(0, Math.max(0, member.indexOf('='))));
  const areValid = members.every((member, index) => {
    const key = keys[index] as string;
    return stateKey.test(key) && stateValue.test(member.slice(key.length + 1));
  });
  const isList = members.length > 0 && members.length <= stateMembers && new Set(keys).size === keys.length;
  return areValid && isList ? members.join(',') : null;
}
