import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { GalleyError } from '../../base/errors.ts';
import { errorAnswer, type HttpAnswer } from '../http-answer.ts';
import { requireContentType } from '../http-body.ts';
import type { HttpCall, HttpProtocol } from '../http-routes.ts';
import { answerMessage, largestMessage } from '../streams/answer-message.ts';
import { inOrder } from '../streams/in-order.ts';
import { type Line, splitLines } from '../streams/lines.ts';
import { paced } from '../streams/paced.ts';
import { routingKey } from '../traffic-split.ts';
import type { ServingHost } from './host.ts';

const contentType = 'application/x-ndjson';
const contentTypes = [contentType, 'application/ndjson', 'application/jsonl'];

/** Lines that are with the model at a time; no more are read from the caller meanwhile. */
const window = 256;

/** Lines of JSON in, lines of JSON out, over one request that may go on for ever. */
export function rowStream(host: ServingHost): HttpProtocol {
  return {
    routes: [{ method: 'POST', path: '/stream', endless: true, answer: (call) => stream(host, call) }],
    refusal: errorAnswer,
  };
}

function stream(host: ServingHost, { request, takeMore }: HttpCall): HttpAnswer {
  requireContentType(request, contentTypes);
  host.requireReady();
  const lines = filled(splitLines(untilEnding(request, host.ending), largestMessage(host)));
  const body = answerLines(host, paced(lines, takeMore, host.ending), routingKey(request.headers));
  return { status: 200, contentType, body };
}

async function* answerLines(host: ServingHost, lines: AsyncIterable<Line>, key?: string): AsyncGenerator<string, void> {
  const answers = inOrder(
    lines,
    (line) => host.message('/stream', (receipt) => answerMessage(host, line, receipt, key)),
    window,
  );
  try {
    for await (const { text } of answers) yield `${text}\n`;
  } catch (error) {
    // The caller may have lines no more.
    if (!(error instanceof GalleyError)) throw error;
    yield `${errorAnswer(error).body}\n`;
    return;
  }
  if (!host.ending.aborted) return;
  yield `${errorAnswer(new GalleyError('serving.stopping', 'The server is ending; lines after the last answer were not read.')).body}\n`;
}

async function* filled(lines: AsyncIterable<Line>): AsyncGenerator<Line, void> {
  for await (const line of lines) if (line === null || line.length > 0) yield line;
}

/** What the caller sends until it ends or the server does, without cutting the connection that the answers go over. */
function untilEnding(request: IncomingMessage, ending: AbortSignal): AsyncIterable<Buffer> {
  const input = new PassThrough();
  const end = () => {
    request.unpipe(input);
    request.resume();
    input.end();
  };
  ending.addEventListener('abort', end, { once: true });
  request.once('close', () => {
    ending.removeEventListener('abort', end);
    if (!request.complete) input.destroy();
  });
  request.pipe(input);
  return input;
}
