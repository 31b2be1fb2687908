const loopbackHosts = ['127.0.0.1', '::1', 'localhost'];

/** The same as a URL or a Host header has them. */
export const loopbackUrlHosts: readonly string[] = loopbackHosts.map((host) =>
  host.includes(':') ? `[${host}]` : host,
);

/** Whether a server that listens there is reached by programs of its own machine only. */
export function isLoopback(host: string): boolean {
  return loopbackHosts.includes(host);
}

/** Whether callers of a server that listens there must send a key. */
export function asksForKey({ host, requireKey }: { host: string; requireKey: boolean }): boolean {
  return requireKey || !isLoopback(host);
}
