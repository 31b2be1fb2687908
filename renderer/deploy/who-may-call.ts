import type { WholeSettings } from '../../engine/contract/deploy-settings.ts';

const loopbackHosts = ['127.0.0.1', '::1', 'localhost'];

/** Whether other machines reach a deployment. */
export function isOnNetwork({ network }: WholeSettings): boolean {
  return !loopbackHosts.includes(network.host);
}

/** Whether callers must send a key. */
export function needsKey(settings: WholeSettings): boolean {
  return settings.network.requireKey || isOnNetwork(settings);
}

/** Who reaches a deployment that runs, in a line. */
export function whoMayCall(settings: WholeSettings): string {
  const who = isOnNetwork(settings) ? 'this machine and the network' : 'this machine only';
  return `${who}; ${needsKey(settings) ? 'with an API key' : 'no key needed'}`;
}
