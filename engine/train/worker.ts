import { parentPort, workerData } from 'node:worker_threads';
import { GalleyError, reportError } from '../base/errors.ts';
import { fitLearner } from './fit.ts';
import { modelState } from './model.ts';
import type { FromWorker, WorkerInput } from './worker-messages.ts';

/** Entry of a training worker: fits one learner, tells of it, and ends. */
async function run({ prepared, order, cancelFlag }: WorkerInput): Promise<void> {
  const send = (message: FromWorker) => parentPort?.postMessage(message);
  const started = performance.now();
  try {
    const { model, ...outcome } = await fitLearner(prepared, order, {
      progress: (done, total, metrics) => send({ type: 'progress', done, total, metrics }),
      throwIfCanceled: () => {
        if (Atomics.load(cancelFlag, 0) !== 0) throw new GalleyError('job.canceled', 'The job was stopped.');
      },
    });
    const seconds = (performance.now() - started) / 1000;
    send({ type: 'succeeded', outcome: { ...outcome, model: modelState(model), seconds } });
  } catch (error) {
    send({ type: 'failed', error: reportError(error) });
  }
}

await run(workerData as WorkerInput);
