import { parentPort } from 'node:worker_threads';
import type { FoldTask, ToPoolWorker } from '../../../engine/train/sweeps/pool-messages.ts';

/** A thread of a pool that ends at the seed 1 and throws at the seed 2. */
parentPort?.on('message', (message: ToPoolWorker) => {
  if (message.type !== 'fit') return;
  const { id, task }: { id: number; task: FoldTask } = message;
  if (task.order.seed === 1) process.exit(3);
  if (task.order.seed === 2) throw new Error('It broke.');
  parentPort?.postMessage({ type: 'fitted', id, result: { score: 0.5, size: 1, seconds: 0 } });
});
