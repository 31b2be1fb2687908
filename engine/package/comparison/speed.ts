import { cpus } from 'node:os';
import type { InferenceSession, Tensor, TypedTensor } from 'onnxruntime-node';
import type { VersionComparison } from '../../contract/package-comparison.ts';
import type { InputValue } from '../../serving/field-rule.ts';
import { encodeRows } from '../../serving/tensors.ts';
import type { ModelFile } from './score.ts';

type Speed = VersionComparison['speed'];

/** A version with the rows that it is timed on, in the order of its inputs. */
export interface Timed extends ModelFile {
  rows: InputValue[][];
}

const batchRows = 256;
const warmUps = 5;
const oneRowRuns = 101;
const batchRuns = 15;

/**
 * Medians of how long both versions take, in turn, so that what else the machine does weighs on both.
 * @param stop called before each run; it may throw
 */
export async function measureSpeed(
  a: Timed,
  b: Timed,
  stop: () => void,
  now: () => number = () => performance.now(),
): Promise<Speed> {
  const runtime = await import('onnxruntime-node');
  const options: InferenceSession.SessionOptions = { intraOpNumThreads: 1, logSeverityLevel: 3 };
  const sessions = [
    await runtime.InferenceSession.create(a.onnx, options),
    await runtime.InferenceSession.create(b.onnx, options),
  ] as const;
  const time = async (rows: number, runs: number) => {
    const feeds = [feedsOf(a, rows, runtime.Tensor), feedsOf(b, rows, runtime.Tensor)] as const;
    const times: [number[], number[]] = [[], []];
    for (let run = -warmUps; run < runs; run += 1) {
      stop();
      for (const which of [0, 1] as const) {
        const begin = now();
        await sessions[which].run(feeds[which]);
        const took = now() - begin;
        if (run >= 0) times[which].push(took);
      }
    }
    return { runs, a: median(times[0]), b: median(times[1]) };
  };
  try {
    const oneRow = await time(1, oneRowRuns);
    const rows = Math.min(batchRows, a.rows.length);
    return { machine: machine(runtime.env.versions?.node), oneRow, batch: { rows, ...(await time(rows, batchRuns)) } };
  } finally {
    for (const session of sessions) await session.release();
  }
}

function feedsOf(
  { signature, rows }: Timed,
  count: number,
  TensorOf: typeof Tensor,
): Record<string, TypedTensor<'float32'> | TypedTensor<'string'>> {
  return encodeRows(signature, rows.slice(0, count), TensorOf);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function machine(onnxruntime = 'unknown'): Speed['machine'] {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() || 'unknown',
    cores: processors.length,
    platform: `${process.platform} ${process.arch}`,
    onnxruntime,
  };
}
