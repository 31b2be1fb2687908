import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { TextSettings } from '../../engine/contract/train-features.ts';
import { applyText, applyTextCounts, fitText, type TextFeature } from '../../engine/train/features/text.ts';
import { tokensOf } from '../../engine/train/features/tokens.ts';

const path = new URL('../fixtures/text/tfidf.json', import.meta.url);
const { texts, cases } = JSON.parse(readFileSync(path, 'utf8')) as {
  texts: string[];
  cases: { settings: TextSettings; matrix: number[][] }[];
};

function fitted(settings: TextSettings, values: readonly (string | null)[] = texts): TextFeature {
  return fitText('note', values, settings) as TextFeature;
}

/** The columns of a matrix, in an order that does not depend on theirs. */
function sortedColumns(rows: readonly (readonly number[])[]): number[][] {
  const columns = (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] as number));
  return columns.sort((left, right) => {
    const place = left.findIndex((value, row) => Math.abs(value - (right[row] as number)) > 1e-9);
    return place < 0 ? 0 : (left[place] as number) - (right[place] as number);
  });
}

for (const { settings, matrix } of cases) {
  test(`${settings.tokens} of ${settings.terms?.shortest} to ${settings.terms?.longest}: as scikit-learn's TfidfVectorizer`, () => {
    const feature = fitted(settings);
    const found = new Float64Array(texts.length * feature.width);
    applyText(feature, texts, found, feature.width, 0);
    const rows = texts.map((_, row) => [...found.slice(row * feature.width, (row + 1) * feature.width)]);
    expect(feature.width).toBe(matrix[0]?.length);
    const expected = sortedColumns(matrix);
    sortedColumns(rows).forEach((column, index) => {
      column.forEach((value, row) => {
        expect(value).toBeCloseTo(expected[index]?.[row] as number, 12);
      });
    });
  });
}

test('words are runs of letters and digits, characters whole code points', () => {
  expect(tokensOf("Don't stop: 3 × naïve-té, 東京!", 'words')).toEqual([
    'Don',
    't',
    'stop',
    '3',
    'naïve',
    'té',
    '東京',
  ]);
  expect(tokensOf('a\u{1F427}\ud800', 'characters')).toEqual(['a', '\u{1F427}', '\ufffd']);
});

test('the terms that most rows have are kept; what no training row had counts as nothing', () => {
  const feature = fitted({ columns: 3, terms: { shortest: 1, longest: 1 } });
  expect(feature.width).toBe(3);
  const counts = new Float64Array(2 * 3);
  applyTextCounts(feature, ['Good GOOD gooD', 'nothing known'], counts, 3, 0);
  // "gooD" was never written, but stands for nothing worse than a missing word.
  expect(counts.slice(0, 3).reduce((sum, value) => sum + value, 0)).toBe(2);
  expect([...counts.slice(3)]).toEqual([0, 0, 0]);
});

test('hashed terms share columns; a text column without a frequent term is no feature', () => {
  const feature = fitted({ method: 'hash', columns: 4, minimumRows: 1 });
  expect(feature.terms.length).toBeGreaterThan(4);
  expect(new Set(feature.columns)).toEqual(new Set([0, 1, 2, 3]));
  expect(fitText('note', ['a', 'b', 'c'], { minimumRows: 2 })).toBeUndefined();
});
