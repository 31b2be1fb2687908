import type { WholeSettings } from '../../engine/contract/deploy-settings.ts';
import { asksForKey, isLoopback } from '../../engine/contract/network-access.ts';

/** Whether other machines reach a deployment. */
export function isOnNetwork({ network }: WholeSettings): boolean {
  return !isLoopback(network.host);
}

/** Whether callers must send a key. */
export function needsKey({ network }: WholeSettings): boolean {
  return asksForKey(network);
}

/** Who reaches a deployment that runs, in a line. */
export function whoMayCall(settings: WholeSettings): string {
  const who = isOnNetwork(settings) ? 'this machine and the network' : 'this machine only';
  return `${who}; ${needsKey(settings) ? 'with an API key' : 'no key needed'}`;
}
