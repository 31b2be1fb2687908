import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { processEntry, processEnvironment } from '../../base/entry.ts';
import { GalleyError } from '../../base/errors.ts';
import type { ForeignInput, PlainTensor } from '../../train/index.ts';

/** What a trial is started with. */
export interface TrialStart {
  onnx: Uint8Array;
  feeds: Record<string, PlainTensor>;
  mostBytes: number;
}

export type TrialAnswer = { passed: true } | { error: string } | { bytes: number };

export interface TrialLimits {
  milliseconds: number;
  /** Of memory of the whole process. */
  bytes: number;
}

const usualLimits: TrialLimits = { milliseconds: 60_000, bytes: 2 * 2 ** 30 };
const triedRows = 2;

/**
 * Runs a graph from elsewhere once, on two rows of zeros, in a process of its own that ends where it takes too long or too much
 * memory, so that nothing else ends with it.
 * @throws GalleyError `package.file_failed`
 */
export async function tryGraph(
  onnx: Uint8Array,
  inputs: readonly Pick<ForeignInput, 'tensor' | 'type' | 'rank' | 'columns'>[],
  fileName: string,
  limits: TrialLimits = usualLimits,
): Promise<void> {
  const child = fork(fileURLToPath(processEntry('foreign-trial')), [], {
    env: processEnvironment(),
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const feeds = Object.fromEntries(inputs.map((input) => [input.tensor, zeros(input)]));
  const start: TrialStart = { onnx, feeds, mostBytes: limits.bytes };
  const fault = faultOf(await answerOf(child, start, limits.milliseconds), limits);
  if (fault === undefined) return;
  throw new GalleyError('package.file_failed', `${fileName} could not be run: ${fault}.`, {
    details: { file: fileName },
  });
}

type Ending = TrialAnswer | { late: true } | { code: number | null };

function answerOf(child: ChildProcess, start: TrialStart, milliseconds: number): Promise<Ending> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => end({ late: true }), milliseconds);
    const end = (ending: Ending) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      resolve(ending);
    };
    child.once('message', (answer: TrialAnswer) => end(answer));
    child.once('exit', (code) => end({ code }));
    child.once('error', ({ message }) => end({ error: message }));
    child.send(start, () => {});
  });
}

function faultOf(ending: Ending, { milliseconds, bytes }: TrialLimits): string | undefined {
  if ('passed' in ending) return undefined;
  if ('error' in ending) return ending.error.replace(/\.+$/, '');
  if ('late' in ending) return `two rows took more than ${milliseconds / 1000} seconds`;
  if ('bytes' in ending) return `two rows took more than ${Math.round(bytes / 2 ** 20)} MiB of memory`;
  return `the process that ran it ended with ${ending.code ?? 'a signal'}`;
}

function zeros({ type, rank, columns }: Pick<ForeignInput, 'type' | 'rank' | 'columns'>): PlainTensor {
  const size = triedRows * columns.length;
  const dims = rank === 1 ? [triedRows] : [triedRows, columns.length];
  switch (type) {
    case 'float':
      return { type: 'float32', data: new Float32Array(size), dims };
    case 'double':
      return { type: 'float64', data: new Float64Array(size), dims };
    case 'int64':
      return { type, data: new BigInt64Array(size), dims };
    case 'int32':
      return { type, data: new Int32Array(size), dims };
    case 'bool':
      return { type, data: new Uint8Array(size), dims };
    case 'string':
      return { type, data: new Array<string>(size).fill(''), dims };
  }
}
