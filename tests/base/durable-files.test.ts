import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeNamedFolder } from '../../engine/base/durable-files.ts';
import { temporaryFolder } from '../support/temporary.ts';

test('a folder that someone named is made, or it is said why it cannot be', () => {
  const folder = temporaryFolder();
  makeNamedFolder(join(folder, 'a', 'b'));
  makeNamedFolder(join(folder, 'a', 'b'));
  expect(existsSync(join(folder, 'a', 'b'))).toBe(true);
  const file = join(folder, 'file');
  writeFileSync(file, '');
  for (const place of [file, join(file, 'below'), join(folder, 'x'.repeat(300)), join(folder, '\0'), ''])
    expect(() => makeNamedFolder(place)).toThrow(expect.objectContaining({ code: 'store.not_writable' }));
});
