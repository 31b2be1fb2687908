import { hostname, networkInterfaces } from 'node:os';

/** A laptop moves between networks; asking the system at each request would cost more than to answer it. */
const keptMilliseconds = 10_000;

/** The machine's name and its addresses, as they stand in a Host header. */
export class MachineNames {
  #names: ReadonlySet<string> = new Set();
  #readAt = Number.NEGATIVE_INFINITY;

  has(name: string): boolean {
    const now = performance.now();
    if (now - this.#readAt > keptMilliseconds) {
      this.#names = currentNames();
      this.#readAt = now;
    }
    return this.#names.has(name);
  }
}

function currentNames(): Set<string> {
  const addresses = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
  return new Set([
    hostname().toLowerCase(),
    ...addresses.map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address)),
  ]);
}
