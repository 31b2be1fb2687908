import { randomBytes } from 'node:crypto';
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
  const nan = randomBytes(6).toString('base64url');
  const json = withoutTokens(text, JSON.stringify(nan));
  if (json === text) return parseJson(text);
  return withNaN(parseJson(json), nan);
}

/** The value with NaN in place of a text, wherever it stands, in place: `JSON.parse` with a reviver takes twice as long. */
function withNaN(root: unknown, text: string): unknown {
  if (root === text) return Number.NaN;
  const open = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    const members = value as Record<string | number, unknown>;
    const visit = (key: string | number) => {
      const member = members[key];
      if (member === text) members[key] = Number.NaN;
      else if (typeof member === 'object') open.push(member);
    };
    if (Array.isArray(value)) for (let index = 0; index < value.length; index++) visit(index);
    else for (const key of Object.keys(value)) visit(key);
  }
  return root;
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
