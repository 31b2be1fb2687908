import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface Receiver {
  url: string;
  requests: { headers: IncomingMessage['headers']; body: string }[];
  /** How it answers from now on; null: not at all. */
  status: number | null;
}

/** Takes what is posted, and keeps what it answered with 200. */
export async function receiver(status: number | null = 200): Promise<Receiver> {
  const received: Receiver = { url: '', requests: [], status };
  const server = createServer(async (request, response) => {
    const body = await text(request);
    if (received.status === null) return;
    if (received.status === 200) received.requests.push({ headers: request.headers, body });
    response.writeHead(received.status).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  received.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/logs`;
  return received;
}

/** What was posted, line by line. */
export const linesOf = ({ requests }: Receiver) =>
  requests.flatMap(({ body }) =>
    body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
