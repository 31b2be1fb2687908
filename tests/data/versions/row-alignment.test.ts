import { expect, test } from 'vitest';
import { alignRows } from '../../../engine/data/versions/row-alignment.ts';

const hashes = (text: string) => BigUint64Array.from(text, (letter) => BigInt(letter.codePointAt(0) ?? 0) << 40n);

function aligned(old: string, fresh: string) {
  const { removed, inserted, before } = alignRows(hashes(old), hashes(fresh));
  return { removed: [...removed], inserted: [...inserted], before: [...before] };
}

/** What a delta with this alignment makes of the old rows. */
function applied(old: string, fresh: string): string {
  const { removed, inserted, before } = aligned(old, fresh);
  let text = '';
  for (let place = 0; place <= old.length; place++) {
    inserted.forEach((row, index) => {
      if (before[index] === place) text += fresh[row];
    });
    if (place < old.length && !removed.includes(place)) text += old[place];
  }
  return text;
}

test('the same rows need nothing', () => {
  expect(aligned('abcabc', 'abcabc')).toEqual({ removed: [], inserted: [], before: [] });
});

test('rows that follow, that are missing and that are changed are found where they are', () => {
  expect(aligned('abc', 'abcde')).toEqual({ removed: [], inserted: [3, 4], before: [3, 3] });
  expect(aligned('abcde', 'ace')).toEqual({ removed: [1, 3], inserted: [], before: [] });
  expect(aligned('abcde', 'abXde')).toEqual({ removed: [2], inserted: [2], before: [2] });
  expect(aligned('abc', 'Xabc')).toEqual({ removed: [], inserted: [0], before: [0] });
  expect(aligned('', 'ab')).toEqual({ removed: [], inserted: [0, 1], before: [0, 0] });
  expect(aligned('ab', '')).toEqual({ removed: [0, 1], inserted: [], before: [] });
});

test('a row that moved is removed at one place and inserted at the other', () => {
  expect(aligned('abcdef', 'bcdefa')).toEqual({ removed: [0], inserted: [5], before: [6] });
});

test('the k-th of equal rows is the k-th', () => {
  expect(aligned('axaxa', 'axa')).toEqual({ removed: [3, 4], inserted: [], before: [] });
  expect(aligned('aa', 'aaa')).toEqual({ removed: [], inserted: [2], before: [2] });
});

test('whatever the rows are, the delta makes the new ones of the old ones', () => {
  for (let seed = 1; seed <= 2000; seed++) {
    let state = seed;
    const draw = (below: number) => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return (state >>> 8) % below;
    };
    const text = () => Array.from({ length: draw(12) }, () => 'abcde'[draw(5)]).join('');
    const [old, fresh] = [text(), text()];
    expect(applied(old, fresh)).toBe(fresh);
  }
});
