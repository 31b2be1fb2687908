import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '../../engine/base/random.ts';
import type { FittedLearner, LearningTask, Parameters } from '../../engine/train/learners/learner.ts';
import { network } from '../../engine/train/learners/network.ts';
import { resolveParameters } from '../../engine/train/learners/parameters.ts';
import type { Bench, Row } from './bench.ts';

const rows = 100_000;
const width = 30;
const epochs = 10;
const layers = { hidden: '64-32', activation: 'relu', batch_size: 256, schedule: 'constant', learning_rate: 0.001 };

/** Normal columns, of which some bend the target; the Python side draws from the same model, not the same numbers. */
function makeTask(count: number): LearningTask {
  const random = seededRandom(1);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const dense = Float64Array.from({ length: count * width }, normal);
  const target = Float64Array.from({ length: count }, (_, row) => {
    const [a = 0, b = 0, c = 0] = dense.subarray(row * width, row * width + 3);
    return Number(a + b * c + normal() > 0);
  });
  const features = { rows: count, width, denseWidth: width, dense, blocks: [] };
  return { task: 'binary', classCount: 2, features, target, seed: 1 };
}

interface Measured {
  fitted: FittedLearner;
  /** By processor time: all is done in one thread, and what else runs on the machine does not count. */
  rowsPerSecond: number;
  /** How much more memory the process has after the last epoch than after the first half of them. */
  growth: number;
}

function processorSeconds(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

async function measure(task: LearningTask, given: Parameters): Promise<Measured> {
  const [parameters = {}] = resolveParameters([network], given);
  const memory: number[] = [];
  const start = process.cpuUsage();
  const fitted = await network.fit(task, parameters, {
    progress: (_done, _total, metrics) => {
      if (metrics) memory.push(process.memoryUsage().rss / 1e6);
    },
    throwIfCanceled: () => {},
  });
  const seconds = processorSeconds(start);
  const earlier = Math.max(...memory.slice(0, Math.ceil(memory.length / 2)));
  return {
    fitted,
    rowsPerSecond: (task.features.rows * memory.length) / seconds,
    growth: Math.max(...memory.slice(-2)) - earlier,
  };
}

/** Rows a second of scikit-learn's MLPClassifier on one thread, or undefined where no Python with it is there. */
function scikitLearnSpeed(): number | undefined {
  const script = fileURLToPath(new URL('./network_scikit_learn.py', import.meta.url));
  const threads = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
  try {
    const output = execFileSync(process.env.GALLEY_BENCH_PYTHON ?? 'python3', [script], {
      encoding: 'utf8',
      env: { ...process.env, ...threads },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return Number(output);
  } catch {
    return undefined;
  }
}

function predictSpeed({ predict }: FittedLearner, { features }: LearningTask): number {
  const start = process.cpuUsage();
  predict(features);
  return features.rows / processorSeconds(start);
}

export default {
  name: 'network',
  async run(): Promise<Row[]> {
    const task = makeTask(rows);
    const own = await measure(task, { ...layers, epochs });
    const reference = scikitLearnSpeed();
    const others: [string, Parameters, LearningTask][] = [
      ['with batch normalisation', { ...layers, epochs, batch_norm: true }, task],
      ['with dropout', { ...layers, epochs, dropout: 0.2 }, task],
      ['by TensorFlow.js', { ...layers, epochs: 1, engine: 'tfjs' }, makeTask(rows / 10)],
    ];
    const table: Row[] = [
      {
        measure: `100,000 x 30, 64-32, batch 256, one thread${reference ? ', beside MLPClassifier' : ''}`,
        value: own.rowsPerSecond,
        unit: 'rows/CPU s',
        ratio: reference && own.rowsPerSecond / reference,
        target: 'at least 2 ×',
      },
    ];
    for (const [name, given, rowsOf] of others) {
      const { rowsPerSecond } = await measure(rowsOf, given);
      table.push({
        measure: `the same ${name}`,
        value: rowsPerSecond,
        unit: 'rows/CPU s',
        ratio: reference && rowsPerSecond / reference,
      });
    }
    const long = await measure(task, { ...layers, epochs: 20 });
    table.push(
      {
        measure: 'memory gained in the second half of 20 epochs',
        value: long.growth,
        unit: 'MB',
        target: 'at most 30',
      },
      { measure: 'answers of a network 64-32', value: predictSpeed(own.fitted, task), unit: 'rows/CPU s' },
    );
    return table;
  },
} satisfies Bench;
