import { workerData } from 'node:worker_threads';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { PlainTensor, SessionAnswer, SessionStart } from './foreign-session.ts';

const { onnx, port, answered } = workerData as SessionStart;

/** Entry of the thread of a graph from elsewhere: answers one message after the other. */
async function openSession(): Promise<(feeds: Record<string, PlainTensor>) => Promise<Record<string, PlainTensor>>> {
  // ONNX Runtime reads this when its library is loaded, and reports home without it.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  const runtime = await import('onnxruntime-node');
  const session = await runtime.InferenceSession.create(onnx, { intraOpNumThreads: 1, logSeverityLevel: 4 });
  const tensorOf = ({ type, data, dims }: PlainTensor) =>
    new runtime.Tensor(type as 'float32', data as Float32Array, dims) as Tensor;
  return async (feeds) => {
    const given = Object.entries(feeds).map(([name, tensor]) => [name, tensorOf(tensor)] as const);
    return plainOutputs(await session.run(Object.fromEntries(given)));
  };
}

function plainOutputs(results: InferenceSession.OnnxValueMapType): Record<string, PlainTensor> {
  return Object.fromEntries(
    Object.entries(results).map(([name, { type, data, dims }]) => [name, { type, data, dims } as PlainTensor]),
  );
}

/** What ONNX Runtime says of its own source files is left out. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\/onnxruntime_src\/\S+ [^\n]*?\) /g, '').trim();
}

const opened = openSession();
opened.catch(() => {});
let turn: Promise<unknown> = opened.catch(() => {});
port.on('message', (feeds: Record<string, PlainTensor>) => {
  const answer = (message: SessionAnswer) => {
    port.postMessage(message);
    Atomics.store(answered, 0, 1);
    Atomics.notify(answered, 0);
  };
  turn = turn
    .then(async () => (await opened)(feeds))
    .then(
      (outputs) => answer({ outputs }),
      (error) => answer({ error: reasonOf(error) }),
    );
});
