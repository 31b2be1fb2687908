import { Worker } from 'node:worker_threads';
import { processEntry } from '../base/entry.ts';
import { GalleyError } from '../base/errors.ts';
import { throwIfAborted } from '../store/duck.ts';
import type { MeasuringTask, measuringTasks } from './measuring-tasks.ts';

type InputOf<Task extends MeasuringTask> = Parameters<(typeof measuringTasks)[Task]>[0];
type OutputOf<Task extends MeasuringTask> = ReturnType<(typeof measuringTasks)[Task]>;

/**
 * Measures in a thread of its own, so that other calls are answered meanwhile; the thread ends when the signal comes.
 * @throws GalleyError `call.canceled`
 */
export function measureInThread<Task extends MeasuringTask>(
  task: Task,
  input: InputOf<Task>,
  signal?: AbortSignal,
): Promise<OutputOf<Task>> {
  throwIfAborted(signal);
  return new Promise((resolve, reject) => {
    const worker = new Worker(processEntry('monitor-measure'), { workerData: { task, input } });
    const end = () => void worker.terminate();
    signal?.addEventListener('abort', end, { once: true });
    worker.on('message', resolve);
    worker.on('error', reject);
    worker.on('exit', (code) => {
      signal?.removeEventListener('abort', end);
      try {
        throwIfAborted(signal);
      } catch (error) {
        reject(error);
      }
      reject(new GalleyError('job.process_died', `The thread that measured the ${task} ended with ${code}.`));
    });
  });
}
