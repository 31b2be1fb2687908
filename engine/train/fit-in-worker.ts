import { Worker } from 'node:worker_threads';
import { processEntry } from '../base/entry.ts';
import { errorFromReport, GalleyError } from '../base/errors.ts';
import type { FitCheckpoint } from './checkpoints/checkpoint-files.ts';
import type { FromWorker, WorkerInput, WorkerOutcome } from './worker-messages.ts';

/** What a fit is listened to for. */
interface FitListener {
  onProgress?(message: Extract<FromWorker, { type: 'progress' }>): void;
  onCheckpoint?(checkpoint: FitCheckpoint): void;
}

/**
 * Fits one learner in a thread of its own, which ends with its answer.
 * @throws GalleyError what the fit threw; `job.process_died` where the thread ended without an answer.
 */
export function fitInWorker(
  input: WorkerInput,
  { onProgress, onCheckpoint }: FitListener = {},
): Promise<WorkerOutcome> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(processEntry('train-worker'), { workerData: input });
    worker.on('message', (message: FromWorker) => {
      if (message.type === 'progress') onProgress?.(message);
      else if (message.type === 'checkpoint') onCheckpoint?.(message.checkpoint);
      else if (message.type === 'succeeded') resolve(message.outcome);
      else reject(errorFromReport(message.error));
    });
    worker.on('error', reject);
    worker.on('exit', (code) => {
      reject(new GalleyError('job.process_died', `The thread that trained ${input.order.learner} ended with ${code}.`));
    });
  });
}

/** Answers in the order of the items, with at most `limit` of them under way. The first failure is thrown. */
export async function mapConcurrently<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index] as Item, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  return results;
}
