import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Every file that is started as a process or a worker of its own, relative to `engine/`. The build reads this list. */
export const processEntries = {
  main: 'main.ts',
  cli: 'cli.ts',
  job: 'job.ts',
  serving: 'serving/main.ts',
  'train-worker': 'train/worker.ts',
  'train-pool': 'train/sweeps/pool-worker.ts',
  'train-threshold': 'train/evaluation/threshold-worker.ts',
  'monitor-measure': 'monitor/measure-worker.ts',
  'foreign-session': 'train/adopted/session-worker.ts',
  'foreign-trial': 'package/adopted/trial-process.ts',
  'scoring-thread': 'deploy/batch/scoring-thread.ts',
} as const;

export type ProcessEntry = keyof typeof processEntries;

const runsFromSource = import.meta.url.endsWith('.ts');

/**
 * Address of a process entry beside the code that runs: `engine/<file>.ts` in a checkout, `dist/engine/<name>.js` in
 * the bundle (whose shared chunks lie in the same folder). Good for `fork`, `spawn` (as a path) and `new Worker`.
 * In a checkout `GALLEY_BUILT_ENGINE` may name the folder of the bundle, whose entries are then started instead: tests
 * set it, since a process that reads its thousand modules one by one takes two to four times as long to start.
 */
export function processEntry(name: ProcessEntry): URL {
  const built = runsFromSource && process.env.GALLEY_BUILT_ENGINE;
  if (built) return pathToFileURL(join(built, `${name}.js`));
  return runsFromSource
    ? new URL(`../${processEntries[name]}`, import.meta.url)
    : new URL(`./${name}.js`, import.meta.url);
}

/** Path of the `resources` folder (icons, samples, templates), in a checkout and in the bundle. */
export function resourceFolder(): string {
  return fileURLToPath(new URL('../../resources', import.meta.url));
}

/** Path of the built renderer, in a checkout and in the bundle. It exists once `npm run build` or `npm start` made it. */
export function rendererFolder(): string {
  return fileURLToPath(new URL(runsFromSource ? '../../dist/renderer' : '../renderer', import.meta.url));
}

/** Path of the prediction server as plain files, which the build makes; null in a checkout, where they are made of its sources. */
export function builtServerFolder(): string | null {
  return runsFromSource ? null : fileURLToPath(new URL('../server', import.meta.url));
}

/** Path of the bundled engine: in a checkout it exists once `npm run build` made it, unless `GALLEY_BUILT_ENGINE` names another. */
export function builtEngineFolder(): string {
  if (!runsFromSource) return dirname(fileURLToPath(import.meta.url));
  return process.env.GALLEY_BUILT_ENGINE ?? fileURLToPath(new URL('../../dist/engine', import.meta.url));
}

/** Path of what npm is told of an installation of Galley elsewhere, which the build makes; null in a checkout, where it is made of its lock file. */
export function builtPackageFolder(): string | null {
  return runsFromSource ? null : fileURLToPath(new URL('../package', import.meta.url));
}

/** Path of the checkout, or of what stands in its place around the bundle. */
export function productFolder(): string {
  return fileURLToPath(new URL('../..', import.meta.url));
}

/** Path of the parts of the file that a model is tried with; like the renderer, the build makes them. */
export function tryPageFolder(): string {
  return fileURLToPath(new URL(runsFromSource ? '../../dist/try-page' : '../try-page', import.meta.url));
}

/**
 * Environment for a process started with `process.execPath`: inside Electron that is Electron's own binary, which
 * must be told to be Node; ONNX Runtime's telemetry stays off everywhere.
 */
export function processEnvironment(): Record<string, string | undefined> {
  return { ...process.env, ELECTRON_RUN_AS_NODE: '1', ORT_DISABLE_TELEMETRY: '1' };
}
