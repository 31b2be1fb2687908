import { parseArgs } from 'node:util';
import { isMainThread, workerData } from 'node:worker_threads';
import { GalleyError } from '../base/errors.ts';
import type { ServingConfig } from '../contract/serving.ts';
import { readConfigFile } from './config.ts';
import { runLargeRequestThread } from './large-request-thread.ts';
import { type ModelThreadData, runModelThread } from './model-thread.ts';
import { ServingProcess } from './serving-process.ts';

/** `node engine/serving/main.ts --config FILE`, or forked with an IPC channel, whose first message is `start`. */
async function main(): Promise<void> {
  const serving = new ServingProcess();
  try {
    const { values } = parseArgs({ options: { config: { type: 'string' } } });
    if (values.config !== undefined) await serving.start(standalone(await readConfigFile(values.config)));
    else if (!process.send) throw new GalleyError('serving.invalid_config', 'No config: use --config FILE.');
  } catch (error) {
    await serving.fail(error);
  }
}

/** Where nobody starts the server but its container, what it writes to standard output is kept, and its disk is not. */
function standalone(config: unknown): unknown {
  const { logFolder, logSink } = (config ?? {}) as Partial<ServingConfig>;
  if (logFolder !== undefined || logSink !== undefined) return config;
  return { ...(config as object), logSink: { kind: 'stdout' } };
}

if (isMainThread) await main();
else if ((workerData as ModelThreadData | null)?.role === 'model') runModelThread(workerData);
else runLargeRequestThread();
