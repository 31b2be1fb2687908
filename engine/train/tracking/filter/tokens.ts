import { FilterFault } from './fault.ts';

/** A piece of a filter. Positions and lengths count UTF-16 code units, as text fields do. */
export interface Token {
  kind: 'word' | 'name' | 'text' | 'number' | 'operator' | 'sign' | 'end';
  /** Without quotes; an operator, a bracket, a comma or a dot as it is. */
  text: string;
  position: number;
  length: number;
}

const word = /[\p{L}_][\p{L}\p{N}_-]*/uy;
const number = /[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?/y;
const operator = /<=|>=|!=|<>|==|=|<|>/y;
const sign = /[(),.]/y;
const space = /\s+/y;

/** @throws FilterFault for a character that nothing begins with, or a quote that does not end */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = position;
    return pattern.exec(text)?.[0];
  };
  const push = (kind: Token['kind'], value: string, length = value.length) => {
    tokens.push({ kind, text: value, position, length });
    position += length;
  };
  while (position < text.length) {
    const gap = take(space);
    if (gap !== undefined) {
      position += gap.length;
      continue;
    }
    const character = text[position] as string;
    if (character === '`' || character === "'" || character === '"') {
      const quoted = readQuoted(text, position, character);
      push(character === '`' ? 'name' : 'text', quoted.value, quoted.length);
      continue;
    }
    // `metrics.5` is a field with a strange name, not half a number.
    const isAfterName = touches(tokens.at(-1), position);
    const digits = isAfterName ? undefined : take(number);
    if (digits !== undefined) push('number', digits);
    else if (take(word) !== undefined) push('word', take(word) as string);
    else if (take(operator) !== undefined) push('operator', take(operator) as string);
    else if (take(sign) !== undefined) push('sign', take(sign) as string);
    else throw new FilterFault(position, 1, `"${character}" has no meaning here`);
  }
  tokens.push({ kind: 'end', text: '', position: text.length, length: 0 });
  return tokens;
}

function touches(last: Token | undefined, position: number): boolean {
  return last !== undefined && ['word', 'name'].includes(last.kind) && last.position + last.length === position;
}

/** A quote inside is written twice. */
function readQuoted(text: string, start: number, quote: string): { value: string; length: number } {
  let value = '';
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] !== quote) value += text[at];
    else if (text[at + 1] === quote) value += text[++at];
    else return { value, length: at + 1 - start };
  }
  throw new FilterFault(start, text.length - start, `the quote ${quote} that begins here does not end`);
}

/** How a message calls a token. */
export function nameOfToken({ kind, text }: Token): string {
  if (kind === 'end') return 'the end';
  if (kind === 'text') return `the text '${text}'`;
  if (kind === 'name') return `the name \`${text}\``;
  return `"${text}"`;
}
