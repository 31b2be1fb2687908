import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { cacheFolder, root } from './scripts/setup/paths.mjs';

const fixedRandom = 'tests/support/fixed-random.ts';
const builtProduct = 'tests/support/built-product.ts';
/** What must be there before the first test of a folder. */
const globalSetups: Record<string, string[]> = {
  process: [builtProduct],
  e2e: [builtProduct, 'tests/support/shared-browsers.ts'],
};
/** What these tests start as processes is what the package ships. */
const builtEngine = { GALLEY_BUILT_ENGINE: join(root, 'dist', 'engine') };
/** As the launcher has it: stripped types and compiled code are kept between processes. */
const compileCache = process.env.NODE_COMPILE_CACHE ?? join(cacheFolder, 'node');
/** One more than the cores that a machine has at least: tests wait for processes, disks and windows a third of their time. */
const workers = 3;
const ownProjects = ['property', 'process', 'e2e', 'desktop'];
/** What is polled may take long on a busy machine; a second, the default, is too short for an import. */
const patient = { poll: { timeout: 20_000 } };

/** Files that take longest in their group. */
const longest = ['process/auto-quality', 'process/docker-package', 'process/demo', 'process/remotes', 'e2e/refusals'];

/** Begins with what takes longest, so that at the end of a group no worker is left alone with it. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => longest.some((name) => moduleId.endsWith(`/${name}.test.ts`));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

/** A project of its own for a folder of `tests/` whose tests take long or want the machine for themselves. */
function folderProject(
  name: string,
  groupOrder: number,
  timeoutSeconds: number,
  maxWorkers = workers,
): TestProjectInlineConfiguration {
  return {
    test: {
      name,
      include: [`tests/${name}/**/*.test.ts`],
      setupFiles: name === 'property' ? [fixedRandom] : [],
      ...(name in globalSetups && { globalSetup: globalSetups[name], env: builtEngine }),
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
    maxWorkers: workers,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          setupFiles: [fixedRandom],
          include: ['tests/**/*.test.ts'],
          exclude: [...ownProjects, 'renderer', 'bench'].map((folder) => `tests/${folder}/**`),
          expect: patient,
          testTimeout: 60_000,
          maxWorkers: workers,
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
          maxWorkers: workers,
          sequence: { groupOrder: 0 },
        },
      },
      folderProject('property', 0, 60),
      folderProject('process', 1, 120),
      folderProject('e2e', 1, 180),
      folderProject('desktop', 2, 300, 1),
    ],
  },
});
