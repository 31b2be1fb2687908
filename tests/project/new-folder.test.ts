import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NewFolder } from '../../engine/project/new-folder.ts';
import { temporaryFolder } from '../support/temporary.ts';

test('a folder that is being filled is left alone by another that wants its place', () => {
  const to = join(temporaryFolder(), 'project');
  const first = new NewFolder(to, 'cloning');
  writeFileSync(join(first.path, 'file'), 'text');
  const refused = expect.objectContaining({
    code: 'project.folder_not_empty',
    message: `${to} is being filled by another.`,
  });
  expect(() => new NewFolder(to, 'cloning')).toThrow(refused);
  first.finish();
  expect(readdirSync(to)).toEqual(['file']);
});

test('of two that are filled in other ways the one that ends first has the place', () => {
  const to = join(temporaryFolder(), 'project');
  const [first, second] = [new NewFolder(to, 'cloning'), new NewFolder(to, 'restoring')];
  writeFileSync(join(first.path, 'file'), 'text');
  first.finish();
  expect(() => second.finish()).toThrow(expect.objectContaining({ code: 'project.folder_not_empty' }));
  second.failed(new Error('it came too late'));
  expect(existsSync(second.path)).toBe(false);
  expect(readdirSync(to)).toEqual(['file']);
});
