import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

const fixedRandom = 'tests/support/fixed-random.ts';
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
    env: { ORT_DISABLE_TELEMETRY: '1', GALLEY_HOME: join(tmpdir(), 'galley-test-home'), GALLEY_KEYCHAIN: 'off' },
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
