import type { TextSettings } from '../../contract/train-features.ts';
import { murmur3 } from '../row-hash.ts';
import { type TokenKind, tokensOf } from './tokens.ts';

/**
 * A text as counts of its terms. A term is a sequence of tokens, written with the numbers of its tokens; tokens that
 * differ by case alone have one number. Terms, tokens and how they are written are those of the training part, so no
 * later version of a library or of Unicode can read a text in another way.
 */
export interface TextFeature {
  kind: 'text';
  name: string;
  tokens: TokenKind;
  /** How tokens are written, in the order of UTF-16 code units, and the number of each one's token. */
  writings: string[];
  numbers: number[];
  /** The tokens' numbers of each term, shortest terms first. */
  terms: number[][];
  /** The column of each term; several share one where they are hashed. */
  columns: number[];
  width: number;
  /** What the count in each column is multiplied by, before each row is divided by its Euclidean length. */
  weights: number[];
  missing: number;
}

const encoder = new TextEncoder();

/**
 * Keeps the terms that most training rows have.
 * @returns undefined where no term is in as many rows as it must be.
 */
export function fitText(
  name: string,
  values: readonly (string | null)[],
  settings: TextSettings = {},
): TextFeature | undefined {
  const tokens = settings.tokens ?? 'words';
  const { shortest, longest } = settings.terms ?? defaultTerms[tokens];
  const rowsWith = new Map<string, number>();
  const rowsWritten = new Map<string, number>();
  let missing = 0;
  for (const value of values) {
    if (value === null || value === '') missing++;
    const found = new Set<string>();
    const written = tokensOf(value ?? '', tokens);
    const folded = written.map((token) => token.toLowerCase());
    for (let length = shortest; length <= longest; length++) {
      for (let start = 0; start + length <= folded.length; start++) {
        found.add(folded.slice(start, start + length).join(separator));
      }
    }
    countEach(found, rowsWith);
    countEach(new Set(written), rowsWritten);
  }
  const isHashed = settings.method === 'hash';
  const width = settings.columns ?? 300;
  const kept = mostFrequent(rowsWith, settings.minimumRows ?? 2, isHashed ? mostHashedTerms : width);
  if (kept.length === 0) return undefined;
  const sequences = kept.map((term) => term.split(separator)).sort((left, right) => left.length - right.length);
  const tokenNumbers = new Map([...new Set(sequences.flat())].sort().map((token, number) => [token, number]));
  const numbers = numberWritings(tokenNumbers, rowsWritten.keys());
  const columns = sequences.map((sequence, index) =>
    isHashed ? murmur3(encoder.encode(sequence.join(' ')), 0) % width : index,
  );
  return {
    kind: 'text',
    name,
    tokens,
    writings: [...numbers.keys()],
    numbers: [...numbers.values()],
    terms: sequences.map((sequence) => sequence.map((token) => tokenNumbers.get(token) as number)),
    columns,
    width: isHashed ? width : sequences.length,
    weights: isHashed
      ? new Array<number>(width).fill(1)
      : sequences.map((sequence) => rarity(values.length, rowsWith.get(sequence.join(separator)) as number)),
    missing,
  };
}

const defaultTerms = { words: { shortest: 1, longest: 2 }, characters: { shortest: 3, longest: 3 } } as const;
/** Between the tokens of a term. Half of a surrogate pair: tokens hold whole ones only. */
const separator = '\ud800';
const mostHashedTerms = 20_000;
const mostCountedTerms = 1_000_000;

/**
 * Counts a row for each of its terms. Memory stays bounded in long texts: terms that few rows had so far begin anew (lossy
 * counting, Manku, Motwani 2002).
 */
function countEach(terms: ReadonlySet<string>, counts: Map<string, number>): void {
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  if (counts.size <= mostCountedTerms) return;
  for (let fewest = 1; counts.size > mostCountedTerms / 2; fewest++) {
    for (const [term, count] of counts) if (count <= fewest) counts.delete(term);
  }
}

/** scikit-learn's smooth inverse document frequency, ln((1 + rows) / (1 + rows with it)) + 1. */
function rarity(rows: number, rowsWithTerm: number): number {
  return Math.log((1 + rows) / (1 + rowsWithTerm)) + 1;
}

/** In the order of UTF-16 code units, among equally frequent ones too. */
function mostFrequent(counts: ReadonlyMap<string, number>, fewest: number, most: number): string[] {
  return [...counts]
    .filter(([, count]) => count >= fewest)
    .sort((left, right) => right[1] - left[1] || (left[0] < right[0] ? -1 : 1))
    .slice(0, most)
    .map(([term]) => term)
    .sort();
}

/** Tokens as they are, as they were written, in upper case and capitalised; sorted. */
function numberWritings(tokenNumbers: ReadonlyMap<string, number>, writings: Iterable<string>): Map<string, number> {
  const numbers = new Map(tokenNumbers);
  const add = (writing: string, number: number) => {
    if (!numbers.has(writing)) numbers.set(writing, number);
  };
  for (const writing of writings) {
    const number = tokenNumbers.get(writing.toLowerCase());
    if (number !== undefined) add(writing, number);
  }
  for (const [token, number] of tokenNumbers) {
    add(token.toUpperCase(), number);
    add(token.slice(0, 1).toUpperCase() + token.slice(1), number);
  }
  return new Map([...numbers].sort((left, right) => (left[0] < right[0] ? -1 : 1)));
}

/** Longest term, in tokens. */
function longestTerm({ terms }: TextFeature): number {
  return terms.reduce((longest, { length }) => Math.max(longest, length), 1);
}

/** Visits the column of every term of a text, once for each time that it occurs. */
function textCounter(feature: TextFeature): (text: string, visit: (column: number) => void) => void {
  const columnOf = new Map(feature.terms.map((term, index) => [term.join(), feature.columns[index] as number]));
  const numberOf = new Map(feature.writings.map((writing, index) => [writing, feature.numbers[index] as number]));
  const longest = longestTerm(feature);
  return (text, visit) => {
    const numbers = tokensOf(text, feature.tokens).map((token) => numberOf.get(token) ?? -1);
    for (let start = 0; start < numbers.length; start++) {
      let term = '';
      for (let length = 1; length <= longest && start + length <= numbers.length; length++) {
        const number = numbers[start + length - 1] as number;
        if (number < 0) break;
        term = length === 1 ? String(number) : `${term},${number}`;
        const column = columnOf.get(term);
        if (column !== undefined) visit(column);
      }
    }
  };
}

/** Counts of the terms into the columns from `position` on of a row-major matrix of `stride` columns. */
export function applyTextCounts(
  feature: TextFeature,
  values: readonly (string | null)[],
  target: Float64Array,
  stride: number,
  position: number,
): void {
  const count = textCounter(feature);
  values.forEach((value, row) => {
    const start = row * stride + position;
    target.fill(0, start, start + feature.width);
    count(value ?? '', (column) => {
      target[start + column] = (target[start + column] as number) + 1;
    });
  });
}

/** Counts times weights, each row divided by its Euclidean length; a row without a term is all 0. */
export function applyText(
  feature: TextFeature,
  values: readonly (string | null)[],
  target: Float64Array,
  stride: number,
  position: number,
): void {
  applyTextCounts(feature, values, target, stride, position);
  for (let row = 0; row < values.length; row++) {
    const start = row * stride + position;
    let squares = 0;
    for (let column = 0; column < feature.width; column++) {
      const weighted = (target[start + column] as number) * (feature.weights[column] as number);
      target[start + column] = weighted;
      squares += weighted * weighted;
    }
    if (squares === 0) continue;
    const length = Math.sqrt(squares);
    for (let column = 0; column < feature.width; column++) {
      target[start + column] = (target[start + column] as number) / length;
    }
  }
}
