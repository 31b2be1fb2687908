import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { captureProcess } from '../../scripts/setup/process.mjs';
import { testEnvironment } from '../support/engine.ts';
import { checkoutFolder } from '../support/needs.ts';
import { temporaryFolder } from '../support/temporary.ts';

test('a checkout works without its engine being built: command line, job and thread run from source', async () => {
  const project = join(temporaryFolder(), 'project');
  cpSync(join(checkoutFolder, 'tests', 'fixtures', 'projects', 'format-7'), project, { recursive: true });
  const launcher = join(checkoutFolder, 'scripts', 'galley.mjs');
  const env = { ...testEnvironment(), GALLEY_BUILT_ENGINE: undefined, GALLEY_PROJECT: project };
  const training = ['train', 'run', 'penguins', '--target', 'species', '--learner', 'linear'];

  const { code, output } = await captureProcess(process.execPath, [launcher, ...training], { env });
  expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('linear') });
});
