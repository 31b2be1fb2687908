import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageCardCommands } from '../../engine/command-line/package-card-commands.ts';
import { temporaryFolder } from '../support/temporary.ts';

const [card] = packageCardCommands;
const inputOf = (flags: Record<string, string[]>) => card?.input(['price'], flags);

test('parts of a card come from the line and from files', () => {
  const file = join(temporaryFolder(), 'limits.md');
  writeFileSync(file, '# Limits\n');
  expect(inputOf({ set: ['overview=a = b', 'contact='], file: [`limits=${file}`] })).toEqual({
    reference: 'price',
    text: { overview: 'a = b', contact: '', limits: '# Limits\n' },
  });
  expect(inputOf({})).toEqual({ reference: 'price' });
});

test('a part that there is not, that comes twice or whose file is not there is refused', () => {
  expect(() => inputOf({ set: ['colour=red'] })).toThrow('--set takes PART=TEXT with one of overview, intended_use');
  expect(() => inputOf({ set: ['overview'] })).toThrow('not "overview"');
  expect(() => inputOf({ set: ['overview=a', 'overview=b'] })).toThrow('The part overview is given twice.');
  expect(() => inputOf({ file: ['limits=/nowhere/at/all'] })).toThrow('/nowhere/at/all cannot be read');
});
