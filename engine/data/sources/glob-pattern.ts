import { GalleyError } from '../../base/errors.ts';

const longestPattern = 1000;
/** Patterns that braces may stand for. */
const mostAlternatives = 1000;

type Test = (character: string) => boolean;
/** A part of a path segment's pattern: any text, or one character. */
type Piece = 'any' | Test;

function refuse(pattern: string, reason: string): GalleyError {
  return new GalleyError('data.invalid_pattern', `The pattern ${pattern.slice(0, 80)} cannot be used: ${reason}.`, {
    details: { pattern },
  });
}

/** The patterns that `a{b,c}d` stands for. */
function alternatives(pattern: string): string[] {
  let done = [''];
  let at = 0;
  while (at < pattern.length) {
    const open = pattern.indexOf('{', at);
    const close = open < 0 ? -1 : closing(pattern, open);
    if (close < 0) break;
    const choices = split(pattern.slice(open + 1, close)).flatMap(alternatives);
    const before = pattern.slice(at, open);
    if (done.length * choices.length > mostAlternatives)
      throw refuse(pattern, 'its braces stand for too many patterns');
    done = done.flatMap((start) => choices.map((choice) => start + before + choice));
    at = close + 1;
  }
  return done.map((start) => start + pattern.slice(at));
}

function closing(pattern: string, open: number): number {
  let depth = 0;
  for (let at = open; at < pattern.length; at++) {
    if (pattern[at] === '{') depth++;
    else if (pattern[at] === '}' && --depth === 0) return at;
  }
  return -1;
}

/** What commas separate, but for those in braces. */
function split(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const character of text) {
    if (character === '{') depth++;
    else if (character === '}') depth--;
    if (character === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts;
}

/** A class such as `[a-z]` or `[!abc]`, and the place after it; undefined where the bracket is never closed. */
function classAt(characters: readonly string[], open: number): { test: Test; end: number } | undefined {
  const isNegated = characters[open + 1] === '!' || characters[open + 1] === '^';
  const first = open + (isNegated ? 2 : 1);
  const close = characters.indexOf(']', first + 1);
  if (close < 0) return undefined;
  const ranges: [string, string][] = [];
  for (let at = first; at < close; at++) {
    const from = characters[at] as string;
    const isRange = characters[at + 1] === '-' && at + 2 < close;
    ranges.push([from, isRange ? (characters[at + 2] as string) : from]);
    if (isRange) at += 2;
  }
  const holds = (character: string) => ranges.some(([from, to]) => from <= character && character <= to);
  return { test: (character) => holds(character) !== isNegated, end: close + 1 };
}

function piecesOf(segment: string): Piece[] {
  const characters = [...segment];
  const pieces: Piece[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] as string;
    const group = character === '[' ? classAt(characters, at) : undefined;
    if (character === '*') pieces.push('any');
    else if (character === '?') pieces.push(() => true);
    else if (group) {
      pieces.push(group.test);
      at = group.end - 1;
    } else pieces.push((other) => other === character);
  }
  return pieces;
}

/**
 * Matches a sequence with wildcards. What a wildcard takes is only ever reconsidered for the last one, so that no pattern
 * takes long.
 */
function matches<Item, Part>(
  items: readonly Item[],
  parts: readonly Part[],
  isWildcard: (part: Part) => boolean,
  fits: (part: Part, item: Item) => boolean,
): boolean {
  let part = 0;
  let wildcard = -1;
  let resume = 0;
  for (let item = 0; item < items.length; ) {
    const wanted = parts[part];
    if (part < parts.length && isWildcard(wanted as Part)) {
      wildcard = part++;
      resume = item;
    } else if (part < parts.length && fits(wanted as Part, items[item] as Item)) {
      part++;
      item++;
    } else if (wildcard >= 0) {
      part = wildcard + 1;
      item = ++resume;
    } else return false;
  }
  return parts.slice(part).every(isWildcard);
}

type Segment = '**' | Piece[];

function matchesSegment(name: string, pieces: readonly Piece[]): boolean {
  return matches<string, Piece>(
    [...name],
    pieces,
    (piece) => piece === 'any',
    (piece, character) => piece !== 'any' && piece(character),
  );
}

/**
 * What a pattern matches: paths with `/`. `*` and `?` stand for characters within a name, `**` for any folders, `[a-z]` for
 * one character, `{a,b}` for either.
 * @throws GalleyError `data.invalid_pattern`
 */
export function globTest(pattern: string): (path: string) => boolean {
  if (pattern.length > longestPattern) throw refuse(pattern, `it is longer than ${longestPattern} characters`);
  const choices = alternatives(pattern).map((choice) =>
    choice.split('/').map((segment): Segment => (segment === '**' ? '**' : piecesOf(segment))),
  );
  return (path) => {
    const names = path.split('/');
    return choices.some((segments) =>
      matches<string, Segment>(
        names,
        segments,
        (segment) => segment === '**',
        (segment, name) => segment !== '**' && matchesSegment(name, segment),
      ),
    );
  };
}
