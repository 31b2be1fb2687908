import { parentPort, workerData } from 'node:worker_threads';
import type { Json } from '../base/canonical-json.ts';
import { GalleyError, reportError } from '../base/errors.ts';
import { paced } from './checkpoints/checkpoint-pace.ts';
import { evaluateRun } from './evaluation/evaluate-run.ts';
import { baselineAnswer } from './evaluation/subject.ts';
import { fitLearner } from './fit.ts';
import { modelState } from './model.ts';
import type { FromWorker, WorkerInput } from './worker-messages.ts';

/** Entry of a training worker: fits one learner, judges it, tells of both, and ends. */
async function run({ prepared, order, evaluation: wish, checkpoints, cancelFlag }: WorkerInput): Promise<void> {
  const send = (message: FromWorker) => parentPort?.postMessage(message);
  const throwIfCanceled = () => {
    if (Atomics.load(cancelFlag, 0) !== 0) throw new GalleyError('job.canceled', 'The job was stopped.');
  };
  const started = performance.now();
  const before = checkpoints?.before;
  const secondsSoFar = () => (before?.seconds ?? 0) + (performance.now() - started) / 1000;
  const tell = (fit: Json) => send({ type: 'checkpoint', checkpoint: { fit, seconds: secondsSoFar() } });
  try {
    const { model, ...outcome } = await fitLearner(prepared, order, {
      progress: (done, total, metrics) => send({ type: 'progress', done, total, metrics }),
      throwIfCanceled,
      ...(checkpoints && { checkpoint: paced((state) => tell(state())) }),
      resumeFrom: before?.fit,
    });
    const seconds = secondsSoFar();
    throwIfCanceled();
    const trained = { ...outcome, model: modelState(model), seconds };
    if (wish === undefined) {
      send({ type: 'succeeded', outcome: trained });
      return;
    }
    const { training, holdout, classes } = prepared;
    const subject = {
      model,
      holdout: { ...holdout, frame: wish.holdout, answers: outcome.answers },
      training: {
        rows: training.target.length,
        background: wish.background,
        baseline: baselineAnswer(training.target, classes.length),
      },
      metric: outcome.metric,
      seed: order.seed,
    };
    const evaluation = await evaluateRun(subject, wish, { throwIfCanceled });
    send({ type: 'succeeded', outcome: { ...trained, evaluation } });
  } catch (error) {
    send({ type: 'failed', error: reportError(error) });
  }
}

await run(workerData as WorkerInput);
