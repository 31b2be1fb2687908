import { expect, test } from 'vitest';
import { markedLines } from '../../renderer/app/settings/marked-lines.ts';

const marked = (text: string, other: string | null) =>
  markedLines(text, other)
    .filter(({ isMarked }) => isMarked)
    .map((line) => line.text);

test('lines are marked that the other text has not, or has fewer of', () => {
  const before = 'a: 1\nb: 2\nend\n';
  const after = 'a: 1\nb: 3\nend\nend\n';
  expect(marked(before, after)).toEqual(['b: 2']);
  expect(marked(after, before)).toEqual(['b: 3', 'end']);
  expect(marked(before, null)).toHaveLength(3);
});
