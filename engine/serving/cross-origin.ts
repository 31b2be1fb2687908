import type { IncomingMessage } from 'node:http';
import type { HttpAnswer } from './http-answer.ts';
import { routingKeyHeader } from './traffic-split.ts';

const preflightSeconds = 600;
const allowedHeaders = `authorization, content-type, traceparent, tracestate, ${routingKeyHeader}`;
const exposedHeaders = 'retry-after, traceparent, x-request-id';

/** The origin of a page elsewhere that may call, by CORS (Fetch Standard); undefined where the request has none such. */
export function listedOrigin({ headers: { origin } }: IncomingMessage, origins: readonly string[]): string | undefined {
  return origin !== undefined && origins.includes(origin) ? origin : undefined;
}

/** Whether a browser asks what a page of a listed origin may send. */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

/** What a page of that origin may send. */
export function preflightAnswer({ headers }: IncomingMessage): HttpAnswer {
  return {
    status: 204,
    contentType: null,
    body: '',
    headers: {
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': allowedHeaders,
      'access-control-max-age': String(preflightSeconds),
      ...(headers['access-control-request-private-network'] === 'true' && {
        'access-control-allow-private-network': 'true',
      }),
    },
  };
}

/** With these a browser lets a page of that origin read the answer. */
export function corsHeaders(origin: string): Record<string, string> {
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': exposedHeaders,
    vary: 'origin',
  };
}
