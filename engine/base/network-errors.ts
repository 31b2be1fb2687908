import { GalleyError } from './errors.ts';

const unreachable: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'the name of the host could not be looked up',
  ECONNREFUSED: 'nothing listens on that port',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no way to its network',
  ETIMEDOUT: 'it did not answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'it did not answer in time',
  ECONNRESET: 'it closed the connection',
  EPIPE: 'it closed the connection',
  UND_ERR_SOCKET: 'it closed the connection',
  PROTOCOL_CONNECTION_LOST: 'it closed the connection',
};

const untrusted: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by an authority that this machine does not know',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by an authority that this machine does not know',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is signed by an authority that this machine does not know',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

/** Codes of an error and of what caused it, outermost first. */
function codesOf(error: unknown): string[] {
  const codes: string[] = [];
  for (let at = error; at instanceof Error && codes.length < 8; at = at.cause) {
    const { code, errors } = at as NodeJS.ErrnoException & { errors?: unknown[] };
    if (typeof code === 'string') codes.push(code);
    for (const one of errors ?? []) codes.push(...codesOf(one));
  }
  return codes;
}

/**
 * What a failed connection to `place` means to its user: `data.host_unreachable` or `data.tls_failed`; undefined where
 * the network is not to blame.
 */
export function networkError(error: unknown, place: string): GalleyError | undefined {
  const codes = codesOf(error);
  const tls = codes.find((code) => code in untrusted || code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS'));
  if (tls) {
    const reason = untrusted[tls] ?? `a safe connection could not be made (${tls})`;
    return new GalleyError('data.tls_failed', `${place}: ${reason}.`, { details: { place, code: tls } });
  }
  const code = codes.find((known) => known in unreachable);
  if (!code) return undefined;
  return new GalleyError('data.host_unreachable', `${place} cannot be reached: ${unreachable[code]}.`, {
    details: { place, code },
  });
}
