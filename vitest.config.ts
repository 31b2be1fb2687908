import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { cacheFolder, root } from './scripts/setup/paths.mjs';

const fixedRandom = 'tests/support/fixed-random.ts';
/** What the tests of these folders start as processes is what the package ships. */
const startsProduct = ['process', 'e2e'];
const builtProduct = {
  globalSetup: ['tests/support/built-product.ts'],
  env: { GALLEY_BUILT_ENGINE: join(root, 'dist', 'engine') },
};
/** As the launcher has it: stripped types and compiled code are kept between processes. */
const compileCache = process.env.NODE_COMPILE_CACHE ?? join(cacheFolder, 'node');
const ownProjects = ['property', 'process', 'e2e', 'desktop'];
/** What is polled may take long on a busy machine; a second, the default, is too short for an import. */
const patient = { poll: { timeout: 20_000 } };

/** A project of its own for a folder of `tests/` whose tests take long or want the machine for themselves. */
function folderProject(
  name: string,
  groupOrder: number,
  timeoutSeconds: number,
  maxWorkers = 2,
): TestProjectInlineConfiguration {
  return {
    test: {
      name,
      include: [`tests/${name}/**/*.test.ts`],
      setupFiles: name === 'property' ? [fixedRandom] : [],
      ...(startsProduct.includes(name) && builtProduct),
      expect: patient,
      testTimeout: timeoutSeconds * 1000,
      hookTimeout: timeoutSeconds * 1000,
      maxWorkers,
      sequence: { groupOrder },
    },
  };
}

export default defineConfig({
  test: {
    env: {
      ORT_DISABLE_TELEMETRY: '1',
      GALLEY_HOME: join(tmpdir(), 'galley-test-home'),
      GALLEY_KEYCHAIN: 'off',
      NODE_COMPILE_CACHE: compileCache,
    },
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          setupFiles: [fixedRandom],
          include: ['tests/**/*.test.ts'],
          exclude: [...ownProjects, 'renderer', 'bench'].map((folder) => `tests/${folder}/**`),
          expect: patient,
          testTimeout: 60_000,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        plugins: [svelte({ configFile: false })],
        test: {
          name: 'renderer',
          include: ['tests/renderer/**/*.test.ts'],
          expect: patient,
          testTimeout: 60_000,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      folderProject('property', 1, 60),
      folderProject('process', 2, 120),
      folderProject('e2e', 3, 180, 1),
      folderProject('desktop', 4, 300, 1),
    ],
  },
});
