/** Ends with 0 where the server in this container is ready, with 1 where it is not. */
const host = process.env.HOST || '127.0.0.1';
const address = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[host] ?? host;
const url = `http://${address}:${process.env.PORT || 8080}/readyz`;
const answer = await fetch(url, { signal: AbortSignal.timeout(2500) }).catch(() => null);
process.exit(answer?.ok ? 0 : 1);
