import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { galley } from '../support/engine.ts';
import { checkoutFolder } from '../support/needs.ts';
import { temporaryFolder } from '../support/temporary.ts';

test('the terminal tags, describes, archives and deletes versions, and says who needs one', async () => {
  const project = join(temporaryFolder(), 'project');
  cpSync(join(checkoutFolder, 'tests', 'fixtures', 'projects', 'format-7'), project, { recursive: true });
  const home = temporaryFolder();
  const run = async (...words: string[]) => {
    const { code, stdout, stderr } = await galley([...words, '--project', project], { home });
    return [code, stdout.trim() || stderr.trim()];
  };
  expect(await run('user', '--set', 'Ada Lovelace')).toEqual([0, 'Ada Lovelace']);
  expect(await run('package', 'tag', 'species@1', 'stage=live', 'reviewed')).toEqual([0, 'Tags: reviewed, stage=live']);
  expect(await run('package', 'describe', 'species', 'Which penguin?\nBy its measures.')).toEqual([
    0,
    'Which penguin?\nBy its measures.',
  ]);
  const [code, refusal] = await run('package', 'delete', 'species@1');
  expect(code).toBe(4);
  expect(refusal).toContain('species@1 cannot be deleted: the alias champion points at it.');
  expect((await run('package', 'archive', 'species@1'))[0]).toBe(4);
  expect((await run('package', 'remove-alias', 'species', 'candidate'))[0]).toBe(3);
  expect(await run('package', 'remove-alias', 'species', 'champion')).toEqual([
    0,
    'species has no alias champion any more; it was version 1.',
  ]);
  expect((await run('package', 'archive', 'species@1'))[0]).toBe(0);
  const list = (await run('package', 'list', '--archived', '--search', 'stage=live'))[1];
  expect(list).toMatch(/reviewed, stage=live +yes/);
  expect((await run('package', 'delete', 'species'))[0]).toBe(0);
  expect((await run('package', 'restore', 'species'))[1]).toBe('species is back.');
  const shown = (await run('package', 'show', 'species@1'))[1];
  expect(shown).toContain('champion: 1 → none by Ada Lovelace.');
  expect(shown).toContain('version 1: tag "stage=live" by Ada Lovelace.');
});
