import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type ProcessEntry, processEntries, processEntry, resourceFolder } from '../../engine/base/entry.ts';

test.each(Object.keys(processEntries) as ProcessEntry[])('the file of the process %s is there', (name) => {
  expect(existsSync(processEntry(name))).toBe(true);
});

test('resources are found', () => {
  expect(existsSync(join(resourceFolder(), 'icons', 'icon.png'))).toBe(true);
});
