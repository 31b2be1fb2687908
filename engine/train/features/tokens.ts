/** What a text is cut into. */
export type TokenKind = 'words' | 'characters';

/*
 * A word is a run of these characters: ASCII letters and digits, and of the rest of Unicode the stretches that hold
 * letters and marks rather than punctuation. They are ranges of code points and not Unicode classes, because those of
 * JavaScript's and of ONNX Runtime's regular expressions (RE2) are of different versions of Unicode.
 */
const wordRanges: readonly (readonly [from: number, to: number])[] = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x61, 0x7a],
  [0xaa, 0xaa],
  [0xb5, 0xb5],
  [0xba, 0xba],
  [0xc0, 0xd6],
  [0xd8, 0xf6],
  [0xf8, 0x1fff],
  [0x2c00, 0x2dff],
  [0x3040, 0xd7ff],
  [0xf900, 0xfdff],
  [0xfe70, 0xfefc],
  [0xff66, 0xffdc],
  [0x10000, 0x1efff],
  [0x20000, 0x3ffff],
];

const characterClass = wordRanges
  .map(([from, to]) => `${String.fromCodePoint(from)}-${String.fromCodePoint(to)}`)
  .join('');

/** The regular expression of a word, for ONNX Runtime as for JavaScript. */
export const wordExpression = `[${characterClass}]+`;

const words = new RegExp(wordExpression, 'gu');

/** Tokens as they stand in the text, in order. Characters are code points. */
export function tokensOf(text: string, kind: TokenKind): string[] {
  // Half of a surrogate pair becomes U+FFFD, as it does on its way to ONNX Runtime.
  const wellFormed = text.toWellFormed();
  return kind === 'words' ? (wellFormed.match(words) ?? []) : [...wellFormed];
}
