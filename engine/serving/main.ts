import { parseArgs } from 'node:util';
import { isMainThread, workerData } from 'node:worker_threads';
import { GalleyError } from '../base/errors.ts';
import type { ServingConfig } from '../contract/serving.ts';
import { readConfigFile } from './config.ts';
import { environmentConfig } from './environment.ts';
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

/**
 * Where nobody starts the server but its container, the environment says where it listens and who may call, and what it
 * writes to standard output is kept, and its disk is not.
 */
function standalone(given: unknown): unknown {
  const own = given as Partial<ServingConfig>;
  const said = environmentConfig(process.env);
  const config = { ...own, ...said, ...(said.profile && { profile: { ...own.profile, ...said.profile } }) };
  const { logFolder, logSink } = config;
  return logFolder !== undefined || logSink !== undefined ? config : { ...config, logSink: { kind: 'stdout' } };
}

if (isMainThread) await main();
else if ((workerData as ModelThreadData | null)?.role === 'model') runModelThread(workerData);
else runLargeRequestThread();
