import { parentPort, workerData } from 'node:worker_threads';
import { type MeasuringTask, measuringTasks } from './measuring-tasks.ts';

/** Entry of a thread: measures what it was given, tells of it, and ends. */
function run({ task, input }: { task: MeasuringTask; input: unknown }): void {
  const measure = measuringTasks[task] as (input: unknown) => unknown;
  parentPort?.postMessage(measure(input));
}

run(workerData);
