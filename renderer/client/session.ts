import type { ErrorReport } from '../../engine/contract/errors.ts';
import { ticketOf } from './address.ts';
import { readReport } from './client.ts';
import { ClientError, engineAway } from './client-error.ts';

const storageKey = 'galley.token';

/** What a window says that the engine does not let in, such as after the engine was started anew. */
export const noToken: ErrorReport = {
  code: 'server.token_missing',
  kind: 'precondition',
  message: 'This window has no key to the engine.',
  hint: 'Run galley start: it prints an address that opens the window once.',
  details: {},
};

/**
 * The token of this window: exchanged for the one-time ticket in the address, or kept from before a reload.
 * The ticket is taken out of the address at once. Undefined where there is neither.
 */
export async function openSession(): Promise<string | undefined> {
  const ticket = ticketOf(location.hash);
  if (ticket === undefined) return sessionStorage.getItem(storageKey) ?? undefined;
  history.replaceState(null, '', `${location.pathname}#/`);
  const token = await exchange(ticket);
  sessionStorage.setItem(storageKey, token);
  return token;
}

export function forgetSession(): void {
  sessionStorage.removeItem(storageKey);
}

async function exchange(ticket: string): Promise<string> {
  const response = await fetch('/api/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ticket }),
  }).catch(() => {
    throw engineAway();
  });
  if (!response.ok) throw new ClientError(await readReport(response));
  const { token } = (await response.json()) as { token: string };
  return token;
}
