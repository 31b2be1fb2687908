import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { readHoldout } from '../holdout-file.ts';
import { thresholdChoices } from './threshold-choice.ts';
import type { ThresholdInput } from './threshold-thread.ts';

/** Entry of a thread: tells what a rule chooses on a holdout, and ends. */
function run({ holdoutPath, rule, seed }: ThresholdInput): void {
  const { target, values } = readHoldout(readFileSync(holdoutPath, 'utf8'));
  const input = { classes: ['0', '1'], probabilities: values, labels: Int32Array.from(target) };
  parentPort?.postMessage(thresholdChoices(input, [rule], seed)[0]);
}

run(workerData as ThresholdInput);
