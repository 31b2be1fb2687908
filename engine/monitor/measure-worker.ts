import { parentPort } from 'node:worker_threads';
import { type MeasuringTask, measuringTasks } from './measuring-tasks.ts';

/** Entry of a thread: measures what it is given, again and again, and tells of it. */
parentPort?.on('message', ({ task, input }: { task: MeasuringTask; input: unknown }) => {
  const measure = measuringTasks[task] as (input: unknown) => unknown;
  parentPort?.postMessage(measure(input));
});
