import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { expectationYaml, parseExpectations } from '../../engine/data/expectations/expectation-file.ts';
import { withComments } from '../../engine/data/yaml-comments.ts';

const file = `# What returns must be like.
format: 1
dataset: sales
expectations:
  # The shop never sells for nothing.
  - kind: range
    column: price
    least: 0.01 # a cent
  - kind: missing
    column: day
    most: 0

# End of the file.
`;

test('comments stay with what they stand beside', () => {
  const [price, day] = parseExpectations(file, 'sales');
  if (!price || !day) throw new Error('the file holds two');
  const changed = expectationYaml('sales', [day, { ...price, severity: 'warn' as const }], file);
  expect(parseExpectations(changed, 'sales')).toEqual([day, { ...price, severity: 'warn' }]);
  expect(changed).toContain('# What returns must be like.');
  expect(changed).toContain('# End of the file.');
  const same = expectationYaml('sales', [price, day], file);
  expect(same).toBe(file);
  const more = expectationYaml('sales', [price, day, { kind: 'missing', column: 'note', most: 0.5 }], file);
  expect(more).toContain('# a cent');
  expect(more).toContain('# The shop never sells for nothing.');
  expect(parseExpectations(more, 'sales')).toHaveLength(3);
});

test('a file without comments, or one that cannot be read, is written anew', () => {
  expect(withComments('b: 2\na: 1\n', { a: 1, b: 3 }, 'a: 1\nb: 3\n')).toBe('a: 1\nb: 3\n');
  expect(withComments('a: [1 # open\n', { a: 1 }, 'a: 1\n')).toBe('a: 1\n');
  expect(withComments('- 1 # a list\n', { a: 1 }, 'a: 1\n')).toBe('a: 1\n');
});

test.for([
  [{ a: 'x # y', b: [1, [2], { c: null }] }],
  [{ a: { deep: ['- x', 'true', '1'] }, c: '' }],
  [{ b: 'two\nlines', a: 0 }],
])('what is written is what was meant: %j', ([value]) => {
  const before = '# top\na: # first\n  deep: [1, 2] # inner\nb: text # second\n';
  const text = withComments(before, value as Record<string, unknown>, JSON.stringify(value));
  expect(parse(text)).toEqual(value);
});
