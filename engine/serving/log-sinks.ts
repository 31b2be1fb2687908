import { GalleyError } from '../base/errors.ts';
import type { LogSink } from '../contract/serving.ts';
import { LinesRefused, type SendLines } from './line-log.ts';

const requestMilliseconds = 10_000;

/** Statuses after which the same lines would be refused again. */
const finalStatuses = new Set([400, 413, 415, 422]);

/**
 * How the records of a sink are sent.
 * @throws GalleyError `serving.invalid_config` where the variable with the authorization is not set
 */
export function lineSender(sink: Exclude<LogSink, { kind: 'none' }>): SendLines {
  if (sink.kind === 'stdout') {
    // That nobody reads it any more is told by each write.
    process.stdout.on('error', () => {});
    return writeOut;
  }
  const { url, authorizationVariable } = sink;
  const authorization = authorizationVariable === undefined ? undefined : process.env[authorizationVariable];
  if (authorizationVariable !== undefined && !authorization) {
    const message = `The environment variable ${authorizationVariable} of logSink is not set.`;
    throw new GalleyError('serving.invalid_config', message, { details: { variable: authorizationVariable } });
  }
  return (lines) => post(url, authorization, lines);
}

/** Resolves when they were taken; meanwhile they wait in the stream, which holds up neither the event loop nor the end of the process. */
function writeOut(lines: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(lines, (error) => (error ? reject(error) : resolve()));
  });
}

async function post(url: string, authorization: string | undefined, lines: string): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', ...(authorization ? { authorization } : {}) },
    body: lines,
    redirect: 'error',
    signal: AbortSignal.timeout(requestMilliseconds),
  });
  await response.body?.cancel();
  if (response.ok) return;
  const message = `${new URL(url).origin} answered ${response.status} to the log.`;
  if (finalStatuses.has(response.status)) throw new LinesRefused(message);
  throw new Error(message);
}
