import { isUtf8 } from 'node:buffer';
import { GalleyError } from '../../base/errors.ts';
import { errorAnswer } from '../http-answer.ts';
import { largeBytes, parseJson } from '../http-body.ts';
import type { Receipt } from '../predictor.ts';
import type { ServingHost } from '../protocols/host.ts';
import { answerPredict } from '../protocols/predict-form.ts';
import type { Line } from './lines.ts';

/** The answer to one message of a stream, as JSON in one line. */
export interface MessageAnswer {
  text: string;
  /** As HTTP would have it. */
  status: number;
  rows: number;
}

/**
 * Answers a message: a row, or a body of /predict. One that cannot be answered gets the error that /predict gives,
 * and the stream goes on. It never rejects.
 * @param message null for one that is too large
 * @param key of the caller of the whole stream
 */
export async function answerMessage(
  host: ServingHost,
  message: Line,
  receipt: Receipt,
  key?: string,
): Promise<MessageAnswer> {
  try {
    const { text, rows } = await answerPredict(host, asBody(readMessage(host, message)), receipt, { key });
    return { text, status: 200, rows };
  } catch (error) {
    const { body, status } = errorAnswer(error);
    return { text: body, status, rows: 0 };
  }
}

/** Bytes that a message may have; what is larger goes to /predict, which has a thread for it. */
export function largestMessage({ settings }: ServingHost): number {
  return Math.min(settings.limits.bodyBytes, largeBytes);
}

function readMessage(host: ServingHost, message: Line): unknown {
  const bytes = largestMessage(host);
  if (message === null || message.length > bytes) {
    throw new GalleyError('serving.body_too_large', `The message is larger than ${bytes} bytes.`, {
      details: { bodyBytes: bytes },
      hint: 'Send fewer rows a message, or the whole to /predict.',
    });
  }
  if (!isUtf8(message)) throw new GalleyError('serving.invalid_json', 'The message is not UTF-8.');
  return parseJson(message.toString('utf8'));
}

/** A message without `row` and `rows` is the row itself. A column may have these names: its values are neither object nor list. */
function asBody(message: unknown): unknown {
  if (typeof message !== 'object' || message === null) return message;
  const { row, rows } = message as { row?: unknown; rows?: unknown };
  const isBody = [row, rows].some((member) => typeof member === 'object' && member !== null);
  return isBody || Array.isArray(message) ? message : { row: message };
}
