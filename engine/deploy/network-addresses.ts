import { networkInterfaces } from 'node:os';
import { isLoopback } from '../contract/network-access.ts';

const everyAddress = new Set(['0.0.0.0', '::']);

/** Where other machines reach a server that listens at the host; none where they do not. */
export function networkAddresses(host: string, port: number | null): string[] {
  if (port === null || isLoopback(host)) return [];
  const hosts = everyAddress.has(host) ? machineAddresses() : [host];
  return hosts.map((one) => `http://${one.includes(':') ? `[${one}]` : one}:${port}`);
}

function machineAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
  return all.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address);
}
