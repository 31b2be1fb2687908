import { connect, type Socket } from 'node:net';

/** What the load process is asked, over IPC. */
export interface LoadOrder {
  port: number;
  path: string;
  /** JSON bodies, sent in turn. */
  bodies: string[];
  connections: number;
  milliseconds: number;
}

/** What it answers. */
export interface LoadResult {
  requests: number;
  /** Answers other than 200. */
  failed: number;
  seconds: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
}

const headEnd = Buffer.from('\r\n\r\n');

/** One keep-alive connection that sends its next request when the answer is there. */
class Caller {
  readonly #socket: Socket;
  readonly #next: () => Buffer;
  readonly #done: (milliseconds: number, status: number) => boolean;
  #sentAt = 0;
  #received: Buffer = Buffer.alloc(0);

  constructor(port: number, next: () => Buffer, done: (milliseconds: number, status: number) => boolean) {
    this.#next = next;
    this.#done = done;
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => this.#send());
    this.#socket.on('data', (bytes) => this.#receive(bytes));
    this.#socket.on('error', () => done(0, 0));
  }

  #send(): void {
    this.#sentAt = performance.now();
    this.#socket.write(this.#next());
  }

  #receive(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    const end = this.#received.indexOf(headEnd);
    if (end === -1) return;
    const head = this.#received.toString('latin1', 0, end);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
    if (this.#received.length < end + headEnd.length + length) return;
    this.#received = Buffer.alloc(0);
    const goOn = this.#done(performance.now() - this.#sentAt, Number(head.slice(9, 12)));
    if (goOn) this.#send();
    else this.#socket.destroy();
  }
}

/** Keeps all connections busy for that time. Raw sockets: an HTTP client would cost more than the server it measures. */
async function load({ port, path, bodies, connections, milliseconds }: LoadOrder): Promise<LoadResult> {
  const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json`;
  const requests = bodies.map((body) =>
    Buffer.from(`${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`),
  );
  let sent = 0;
  const next = () => requests[sent++ % requests.length] as Buffer;
  const latencies: number[] = [];
  let failed = 0;
  const start = performance.now();
  const call = () =>
    new Promise<void>((resolve) => {
      new Caller(port, next, (latency, status) => {
        latencies.push(latency);
        if (status !== 200) failed++;
        const goOn = status !== 0 && performance.now() - start < milliseconds;
        if (!goOn) resolve();
        return goOn;
      });
    });
  await Promise.all(Array.from({ length: connections }, call));
  const seconds = (performance.now() - start) / 1000;
  latencies.sort((one, other) => one - other);
  const quantile = (share: number) => latencies[Math.floor(share * (latencies.length - 1))] as number;
  return { requests: latencies.length, failed, seconds, p50: quantile(0.5), p99: quantile(0.99) };
}

process.on('message', async (order: LoadOrder) => process.send?.(await load(order)));
