import { expect, test, vi } from 'vitest';
import type { EngineContext } from '../../../engine/jobs/context.ts';
import { inCommandFolder, removeCommandFolders } from '../../../engine/retrain/commands/command-folder.ts';
import { temporaryFolder } from '../../support/temporary.ts';

vi.mock('node:fs', async (original) => {
  const files = await original<typeof import('node:fs')>();
  const rmSync: typeof files.rmSync = (path, options) => {
    if (String(path).includes('commands')) throw Object.assign(new Error('not empty'), { code: 'ENOTEMPTY' });
    files.rmSync(path, options);
  };
  return { ...files, rmSync };
});

test('a folder that cannot be removed fails neither its step nor the next engine', async () => {
  const error = vi.spyOn(console, 'error').mockImplementation(() => {});
  const context = { project: { path: temporaryFolder() } } as EngineContext;
  expect(await inCommandFolder(context, async () => 'done')).toBe('done');
  removeCommandFolders(context);
  expect(error).toHaveBeenCalledTimes(2);
});
