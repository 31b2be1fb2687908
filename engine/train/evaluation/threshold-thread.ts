import { Worker } from 'node:worker_threads';
import { processEntry } from '../../base/entry.ts';
import { GalleyError } from '../../base/errors.ts';
import type { ThresholdChoice, ThresholdRule } from '../../contract/train-classification.ts';

/** What a thread that chooses a threshold is started with. */
export interface ThresholdInput {
  /** File of the run's holdout. */
  holdoutPath: string;
  rule: ThresholdRule;
  seed: number;
}

/** Chooses on the whole holdout of a binary run, in a thread: with many rows it takes seconds. */
export function chooseInThread(input: ThresholdInput): Promise<ThresholdChoice> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(processEntry('train-threshold'), { workerData: input });
    worker.on('message', resolve);
    worker.on('error', reject);
    worker.on('exit', (code) => {
      reject(new GalleyError('job.process_died', `The thread that chose the threshold ended with ${code}.`));
    });
  });
}
