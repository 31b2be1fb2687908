import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { EngineContext } from '../../engine/jobs/context.ts';
import { inPassingFolder, removePassingFolders } from '../../engine/retrain/passing-folder.ts';
import { temporaryFolder } from '../support/temporary.ts';

let refuses = false;
vi.mock('node:fs', async (original) => {
  const files = await original<typeof import('node:fs')>();
  const rmSync: typeof files.rmSync = (path, options) => {
    if (refuses) throw Object.assign(new Error('not empty'), { code: 'ENOTEMPTY' });
    files.rmSync(path, options);
  };
  return { ...files, rmSync };
});

test('a folder is gone after the work, and what an engine left with the next one', async () => {
  const context = { project: { path: temporaryFolder() } } as EngineContext;
  const folder = await inPassingFolder(context, async (path) => path);
  expect(existsSync(folder)).toBe(false);
  const left = join(context.project.path, 'run', 'pipelines', 'work-1');
  mkdirSync(left);
  removePassingFolders(context);
  expect(existsSync(left)).toBe(false);
});

test('a folder that cannot be removed fails neither its work nor the next engine', async () => {
  const error = vi.spyOn(console, 'error').mockImplementation(() => {});
  const context = { project: { path: temporaryFolder() } } as EngineContext;
  refuses = true;
  expect(await inPassingFolder(context, async () => 'done')).toBe('done');
  removePassingFolders(context);
  refuses = false;
  expect(error).toHaveBeenCalledTimes(2);
});
