import { MessageChannel, Worker } from 'node:worker_threads';
import { processEntry } from '../../base/entry.ts';
import type { SessionAnswer, SessionStart } from '../../train/index.ts';
import type { TrialAnswer, TrialStart } from './trial.ts';

const lookedMilliseconds = 20;

/** Entry of a process that runs a graph from elsewhere once, in a thread, and watches its own memory meanwhile. */
process.once('message', ({ onnx, feeds, mostBytes }: TrialStart) => {
  const end = (answer: TrialAnswer) => {
    process.send?.(answer, undefined, undefined, () => process.kill(process.pid, 'SIGKILL'));
  };
  setInterval(() => {
    const bytes = process.memoryUsage.rss();
    if (bytes > mostBytes) end({ bytes });
  }, lookedMilliseconds);
  const { port1, port2 } = new MessageChannel();
  const answered = new Int32Array(new SharedArrayBuffer(4));
  const start: SessionStart = { onnx, port: port2, answered };
  const worker = new Worker(processEntry('foreign-session'), { workerData: start, transferList: [port2] });
  worker.on('error', (error) => end({ error: error.message }));
  port1.on('message', (answer: SessionAnswer) => end('error' in answer ? answer : { passed: true }));
  port1.postMessage(feeds);
});
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
