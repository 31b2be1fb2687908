import { randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { basename, extname, join, relative, sep } from 'node:path';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { App } from './app.ts';
import type { Clock } from './base/clock.ts';
import { GalleyError, reportError } from './base/errors.ts';
import { errorKinds } from './contract/errors.ts';
import type { SequencedEvent } from './contract/events.ts';
import { Uploads } from './uploads.ts';

const ticketLifeMilliseconds = 60_000;
const heartbeatMilliseconds = 15_000;
/** A client that reads so slowly is let go; it comes back and resumes. */
const streamBacklogBytes = 8 << 20;
const bodyLimit = 64 << 20;
/** Whoever sends to a hook is not known before it was read. */
const hookBodyLimit = 64 << 10;

const securityHeaders = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** What the server needs of an app. */
export type ServedApp = Pick<App, 'call' | 'receive' | 'context'>;

export interface ServerOptions {
  app: ServedApp;
  /** Folder of the built renderer. */
  rendererFolder: string;
  /** 0 takes a free one. */
  port: number;
}

/** The engine's one origin: the window's files, the API and the event stream, on 127.0.0.1 only. */
export class EngineServer {
  readonly port: number;
  /** Opens every call; it travels in a header, never in an address. */
  readonly token: string;
  readonly #fastify: FastifyInstance;
  readonly #access: Access;
  readonly #streams: Set<FastifyReply>;

  private constructor(fastify: FastifyInstance, access: Access, streams: Set<FastifyReply>) {
    this.#fastify = fastify;
    this.#access = access;
    this.#streams = streams;
    this.port = (fastify.server.address() as AddressInfo).port;
    this.token = access.token;
  }

  static async listen(options: ServerOptions): Promise<EngineServer> {
    const access = new Access(options.app.context.clock);
    const streams = new Set<FastifyReply>();
    const fastify = Fastify({ bodyLimit, forceCloseConnections: true });
    guard(fastify, access);
    routeSession(fastify, access);
    routeCalls(fastify, options.app);
    routeEvents(fastify, options.app, streams);
    routeUpload(fastify, options.app);
    routeHooks(fastify, options.app);
    await routeFiles(fastify, options.rendererFolder);
    await fastify.listen({ host: '127.0.0.1', port: options.port });
    return new EngineServer(fastify, access, streams);
  }

  /** An address that lets one browser in, once, within a minute. The ticket stands in the fragment, which is never sent. */
  entryUrl(): string {
    return `http://127.0.0.1:${this.port}/#ticket=${this.#access.newTicket()}`;
  }

  /** Windows that look at this engine now. */
  get clients(): number {
    return this.#streams.size;
  }

  async close(): Promise<void> {
    for (const stream of this.#streams) stream.raw.end();
    await this.#fastify.close();
  }
}

/** Who may call: the token, and one-time tickets that are exchanged for it. */
class Access {
  readonly token = randomBytes(32).toString('base64url');
  readonly #tickets = new Map<string, number>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  newTicket(): string {
    const ticket = randomBytes(24).toString('base64url');
    this.#tickets.set(ticket, this.#clock.monotonic() + ticketLifeMilliseconds);
    return ticket;
  }

  redeem(ticket: string): boolean {
    const expiry = this.#tickets.get(ticket);
    this.#tickets.delete(ticket);
    return expiry !== undefined && this.#clock.monotonic() < expiry;
  }

  admits(header: string | undefined): boolean {
    const given = Buffer.from(header?.replace(/^Bearer /, '') ?? '');
    const expected = Buffer.from(this.token);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }
}

const hookRoute = '/hooks/:area/:name';
/** What those who send hooks understand. */
const hookStatuses: Readonly<Record<string, number>> = {
  'retrain.webhook_refused': 401,
  'retrain.webhook_too_often': 429,
};

/**
 * Routes that need no token: the window's files, the exchange of a ticket, and hooks, which know their senders. Judged is the route that was found, never
 * the address as it was written: `/%61pi/…` and `http://host/api/…` are found as `/api/…`.
 */
const openRoutes: ReadonlySet<string | undefined> = new Set(['/*', '/api/session', hookRoute]);

function guard(fastify: FastifyInstance, access: Access): void {
  fastify.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders);
    const own = `127.0.0.1:${(fastify.server.address() as AddressInfo).port}`;
    const { host, origin, authorization } = request.headers;
    if (host !== own) throw new GalleyError('server.origin_refused', `The Host header "${host}" is not this engine.`);
    if (origin !== undefined && origin !== `http://${own}`)
      throw new GalleyError('server.origin_refused', `The Origin "${origin}" is not this engine.`);
    if (!openRoutes.has(request.routeOptions.url) && !access.admits(authorization)) {
      throw new GalleyError('server.token_missing', 'The request carries no valid token.');
    }
  });
  fastify.setErrorHandler((error, request, reply) => {
    const syntax = (error as { statusCode?: number }).statusCode;
    const known = syntax !== undefined && syntax < 500 && !(error instanceof GalleyError);
    const report = reportError(
      known ? new GalleyError('call.invalid_input', `${request.url}: ${(error as Error).message}.`) : error,
    );
    if (report.kind === 'internal') console.error(error);
    return reply.code(hookStatuses[report.code] ?? errorKinds[report.kind].status).send({ error: report });
  });
  fastify.setNotFoundHandler((request, reply) => {
    const report = reportError(new GalleyError('call.unknown', `There is nothing at ${request.url}.`));
    return reply.code(404).send({ error: report });
  });
}

function routeSession(fastify: FastifyInstance, access: Access): void {
  fastify.post<{ Body: { ticket?: unknown } | null }>('/api/session', async (request) => {
    const ticket = request.body?.ticket;
    if (typeof ticket !== 'string' || !access.redeem(ticket))
      throw new GalleyError('server.ticket_invalid', 'This ticket was used before or is too old.');
    return { token: access.token };
  });
  fastify.post('/api/ticket', async () => ({ ticket: access.newTicket() }));
}

function routeCalls(fastify: FastifyInstance, app: ServedApp): void {
  fastify.post<{ Params: { area: string; verb: string } }>('/api/:area/:verb', async (request, reply) => {
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    return app.call(`${request.params.area}.${request.params.verb}`, request.body ?? {}, gone.signal);
  });
}

function routeEvents(fastify: FastifyInstance, app: ServedApp, streams: Set<FastifyReply>): void {
  fastify.get<{ Querystring: { after?: string } }>('/api/events', (request, reply) => {
    const { events } = app.context;
    const after = request.query.after === undefined ? events.sequence : Number(request.query.after);
    reply.hijack();
    reply.raw.writeHead(200, { ...securityHeaders, 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const write = (event: SequencedEvent) => {
      reply.raw.write(`id: ${event.sequence}\ndata: ${JSON.stringify(event)}\n\n`);
      if (reply.raw.writableLength > streamBacklogBytes) reply.raw.destroy();
    };
    reply.raw.write(`: sequence ${events.sequence}\n\n`);
    for (const event of events.after(after)) write(event);
    const stopListening = events.listen(write);
    const heartbeat = setInterval(() => reply.raw.write(':\n\n'), heartbeatMilliseconds);
    streams.add(reply);
    reply.raw.on('close', () => {
      stopListening();
      clearInterval(heartbeat);
      streams.delete(reply);
    });
  });
}

/** A dropped file of a browser: streamed to the project's run folder, and discarded when the window no longer needs it. */
function routeUpload(fastify: FastifyInstance, app: ServedApp): void {
  const uploads = new Uploads(app.context);
  fastify.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.post('/api/upload', { bodyLimit: Number.MAX_SAFE_INTEGER }, async (request: FastifyRequest) => ({
      path: await uploads.receive(request.raw, uploadName(String(request.headers['x-file-name'] ?? 'upload'))),
    }));
  });
  fastify.delete<{ Body: { path?: unknown } | null }>('/api/upload', async ({ body }) => {
    if (typeof body?.path !== 'string')
      throw new GalleyError('call.invalid_input', 'Which upload is to go? Give its path.');
    uploads.discard(body.path);
    return {};
  });
}

/** What other programs send, signed with a secret that opens nothing else. */
function routeHooks(fastify: FastifyInstance, app: ServedApp): void {
  fastify.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.post<{ Params: { area: string; name: string }; Body: Buffer | null }>(
      hookRoute,
      { bodyLimit: hookBodyLimit },
      async ({ params, headers, body }, reply) => {
        const known = Object.entries(headers).flatMap(([name, value]) =>
          typeof value === 'string' ? [[name, value]] : [],
        );
        const hook = { name: params.name, headers: Object.fromEntries(known), body: body ?? Buffer.alloc(0) };
        const { status, answer } = await app.receive(params.area, hook);
        return reply.code(status).send(answer);
      },
    );
  });
}

/** The last part of a path that came percent-encoded. @throws GalleyError `call.invalid_input` where it names no file. */
function uploadName(header: string): string {
  let name: string;
  try {
    name = basename(decodeURIComponent(header));
  } catch {
    name = '';
  }
  if (['', '.', '..'].includes(name) || name.includes('\0'))
    throw new GalleyError('call.invalid_input', `The header x-file-name ${JSON.stringify(header)} names no file.`);
  return name;
}

/** The renderer's files, read once; every address that is not a file is the app, which routes by itself. */
async function routeFiles(fastify: FastifyInstance, folder: string): Promise<void> {
  const files = new Map<string, { type: string; content: Buffer }>();
  const names = existsSync(folder) ? await readdir(folder, { recursive: true, withFileTypes: true }) : [];
  for (const entry of names) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const address = `/${relative(folder, path).split(sep).join('/')}`;
    files.set(address, {
      type: contentTypes[extname(path)] ?? 'application/octet-stream',
      content: await readFile(path),
    });
  }
  fastify.get('/*', (request, reply) => {
    const address = decodeURIComponent(request.url.split('?')[0] as string);
    const isAsset = extname(address) !== '';
    const file = files.get(address) ?? (isAsset || address.startsWith('/api/') ? undefined : files.get('/index.html'));
    if (!file) return reply.callNotFound();
    const lasting = address.startsWith('/assets/');
    return reply
      .type(file.type)
      .header('cache-control', lasting ? 'public, max-age=31536000, immutable' : 'no-cache')
      .send(file.content);
  });
}
