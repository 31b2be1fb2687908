import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { GalleyError, reportError } from '../base/errors.ts';
import type { ErrorCode } from '../contract/error-catalogue.ts';
import { type ErrorReport, errorKinds } from '../contract/errors.ts';

/** By which a request is found in the server's log and in its trace. */
export interface ExchangeIds {
  request_id: string;
  trace_id: string;
}

export interface HttpAnswer {
  status: number;
  /** Null where there is no body. */
  contentType: string | null;
  /** Parts are sent as they come; an end of the connection ends the reading of them. */
  body: string | AsyncIterable<string>;
  /** Rows that were answered, for the metrics. */
  rows?: number;
  headers?: Record<string, string>;
}

/** An answer that is there as a whole. */
export type TextAnswer = HttpAnswer & { body: string };

/** Where HTTP has a closer status than the one of the error's kind. */
const closerStatus: Partial<Record<ErrorCode, number>> = {
  'serving.token_missing': 401,
  'serving.origin_refused': 403,
  'serving.method_not_allowed': 405,
  'serving.request_timeout': 408,
  'serving.body_too_large': 413,
  'serving.content_type': 415,
  'serving.invalid_http': 400,
  'serving.invalid_json': 400,
  'serving.too_many_requests': 429,
  'serving.no_profile': 501,
};

const jsonContentType = 'application/json; charset=utf-8';

export function jsonAnswer(value: unknown, status = 200): TextAnswer {
  return { status, contentType: jsonContentType, body: JSON.stringify(value) };
}

/** An answer of text that is JSON already. */
export function jsonTextAnswer(body: string, rows: number): TextAnswer {
  return { status: 200, contentType: jsonContentType, body, rows };
}

/** Any thrown value as `{ error }`, with the ids that the server's log has of the request. */
export function errorAnswer(thrown: unknown, ids?: ExchangeIds): TextAnswer {
  return refusalAnswer(thrown, (error) => ({ error: { ...error, ...ids } }));
}

/**
 * Any thrown value in the form of a protocol.
 * @param invalidStatus of a request that does not fit
 */
export function refusalAnswer(
  thrown: unknown,
  form: (error: ErrorReport, status: number) => unknown,
  invalidStatus: number = errorKinds.invalid.status,
): TextAnswer {
  const error = reportError(thrown);
  const kindStatus = error.kind === 'invalid' ? invalidStatus : errorKinds[error.kind].status;
  const status = closerStatus[error.code as ErrorCode] ?? kindStatus;
  return { ...jsonAnswer(form(error, status), status), headers: errorHeaders(thrown) };
}

function errorHeaders(thrown: unknown): Record<string, string> {
  if (!(thrown instanceof GalleyError)) return {};
  if (thrown.code === 'serving.method_not_allowed') return { allow: String(thrown.details.allowed) };
  if (thrown.code === 'serving.token_missing') return { 'www-authenticate': 'Bearer' };
  if (thrown.code === 'serving.too_many_requests') return { 'retry-after': String(thrown.details.retryAfterSeconds) };
  return thrown.kind === 'unavailable' ? { 'retry-after': '1' } : {};
}

/**
 * @param more headers
 * @param last no other request is taken over this connection
 */
export function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  answer: HttpAnswer,
  more: Record<string, string>,
  last: boolean,
): void {
  const { status, contentType, body, headers } = answer;
  response.writeHead(status, {
    ...(contentType !== null && { 'content-type': contentType }),
    ...(typeof body === 'string' && contentType !== null && { 'content-length': Buffer.byteLength(body) }),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
    ...more,
    ...(last && { connection: 'close' }),
  });
  if (typeof body === 'string') response.end(request.method === 'HEAD' ? undefined : body);
  else void sendParts(request, response, body);
}

async function sendParts(
  request: IncomingMessage,
  response: ServerResponse,
  parts: AsyncIterable<string>,
): Promise<void> {
  response.flushHeaders();
  try {
    await pipeline(parts, response);
    if (!request.complete) request.socket.destroySoon();
  } catch {
    // The caller went away, which is its right.
  }
}
