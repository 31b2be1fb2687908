import { parentPort, workerData } from 'node:worker_threads';
import { GalleyError, reportError } from '../../base/errors.ts';
import { throttle } from '../curve.ts';
import type { FitControl } from '../learners/learner.ts';
import { FoldFitter } from './fold-fitter.ts';
import type { FromPoolWorker, PoolWorkerInput, ToPoolWorker } from './pool-messages.ts';

const progressMilliseconds = 200;

/** Entry of a thread of a pool: fits on folds, one after the other, as long as it is told to. */
function run({ cancelFlag, stopFlag }: PoolWorkerInput): void {
  const send = (message: FromPoolWorker, transfer: ArrayBuffer[] = []) => parentPort?.postMessage(message, transfer);
  const fitter = new FoldFitter((key, binned) => send({ type: 'bins', key, binned }));
  const controlOf = (id: number): FitControl => {
    const isDue = throttle(progressMilliseconds);
    return {
      progress: (done, total, metrics) => {
        if (done < total && !isDue()) return;
        send({ type: 'progress', id, done, total, ...(metrics && { point: { step: done, metrics } }) });
      },
      throwIfCanceled: () => {
        if (Atomics.load(cancelFlag, 0) === 0 && Atomics.load(stopFlag, 0) !== id) return;
        throw new GalleyError('job.canceled', 'The fit was stopped.');
      },
    };
  };
  parentPort?.on('message', async (message: ToPoolWorker) => {
    if (message.type === 'fold') fitter.addFold(message.fold, message.prepared);
    else if (message.type === 'bins') fitter.addBins(message.key, message.binned);
    else {
      const { id, task } = message;
      try {
        const result = await fitter.fit(task, controlOf(id));
        send({ type: 'fitted', id, result }, result.answers ? [result.answers.buffer as ArrayBuffer] : []);
      } catch (error) {
        send({ type: 'failed', id, error: reportError(error) });
      }
    }
  });
}

run(workerData as PoolWorkerInput);
