import { randomUUID } from 'node:crypto';
import { parseJson } from '../http-body.ts';

/** Numbers that JSON does not have, and the strings in which they are no numbers. */
const tokenOrQuote = /NaN|Infinity|Inf|"/g;
/** Beyond every number, so it is read as infinite. */
const infinite = '1e999';

/**
 * Parses JSON in which `NaN`, `Infinity`, `Inf` and their negatives stand for numbers, as TensorFlow Serving takes and
 * writes it.
 * @throws GalleyError `serving.invalid_json`
 */
export function parseTensorJson(text: string): unknown {
  // No caller can send it as a text.
  const nan = randomUUID();
  const json = withoutTokens(text, JSON.stringify(nan));
  if (json === text) return parseJson(text);
  return parseJson(json, (_, value) => (value === nan ? Number.NaN : value));
}

/** The text with JSON in place of the tokens. */
function withoutTokens(text: string, nan: string): string {
  const parts: string[] = [];
  let copied = 0;
  tokenOrQuote.lastIndex = 0;
  for (let match = tokenOrQuote.exec(text); match; match = tokenOrQuote.exec(text)) {
    const [token] = match;
    if (token === '"') {
      tokenOrQuote.lastIndex = endOfString(text, match.index);
      continue;
    }
    parts.push(text.slice(copied, match.index), token === 'NaN' ? nan : infinite);
    copied = tokenOrQuote.lastIndex;
  }
  return parts.join('') + text.slice(copied);
}

/** The position after the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let position = start + 1; position < text.length; position++) {
    if (text[position] === '\\') position++;
    else if (text[position] === '"') return position + 1;
  }
  return text.length;
}
