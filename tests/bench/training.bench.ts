import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '../../engine/base/random.ts';
import type { FeatureMatrix } from '../../engine/train/features/feature-matrix.ts';
import type { LearningTask } from '../../engine/train/learners/learner.ts';
import { linear } from '../../engine/train/learners/linear.ts';
import type { Bench, Row } from './bench.ts';

const rows = 200_000;
const width = 30;

/** Standard-scaled columns with a linear signal; the Python side draws from the same model, not the same numbers. */
function makeTask(task: LearningTask['task'], classCount: number): LearningTask {
  const random = seededRandom(1);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const dense = Float64Array.from({ length: rows * width }, normal);
  const weights = Array.from({ length: Math.max(1, classCount) }, () => Array.from({ length: width }, normal));
  const scores = (row: number) =>
    weights.map((output) =>
      output.reduce((sum, weight, column) => sum + weight * (dense[row * width + column] as number), 3 * normal()),
    );
  const target = Float64Array.from({ length: rows }, (_, row) => {
    const values = scores(row);
    if (classCount === 0) return values[0] as number;
    return classCount === 2 ? Number((values[0] as number) > 0) : values.indexOf(Math.max(...values));
  });
  const features: FeatureMatrix = { rows, width, denseWidth: width, dense, blocks: [] };
  return { task, classCount, features, target, seed: 0 };
}

async function secondsToFit(task: LearningTask): Promise<number> {
  const parameters = Object.fromEntries(
    Object.entries(linear.parameters.properties).map(([name, schema]) => [
      name,
      (schema as { default: number }).default,
    ]),
  );
  const times: number[] = [];
  for (let repeat = 0; repeat < 3; repeat++) {
    const start = performance.now();
    const { summary } = await linear.fit(task, parameters, { progress: () => {}, throwIfCanceled: () => {} });
    if (!summary.converged) throw new Error('the fit did not converge');
    times.push((performance.now() - start) / 1000);
  }
  return times.sort((one, other) => one - other)[1] as number;
}

/** Seconds of scikit-learn's fits on one thread, or undefined where no Python with it is there. */
function scikitLearnSeconds(): Record<string, number> | undefined {
  const script = fileURLToPath(new URL('./training_scikit_learn.py', import.meta.url));
  try {
    const environment = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
    const output = execFileSync(process.env.GALLEY_BENCH_PYTHON ?? 'python3', [script], {
      encoding: 'utf8',
      env: environment,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return JSON.parse(output) as Record<string, number>;
  } catch {
    return undefined;
  }
}

export default {
  name: 'training',
  async run(): Promise<Row[]> {
    const reference = scikitLearnSeconds();
    const beside = reference ? ', beside scikit-learn' : '';
    const cases = [
      { name: 'ridge', task: makeTask('regression', 0) },
      { name: 'logistic', task: makeTask('binary', 2) },
      { name: 'multinomial, 3 classes', task: makeTask('multiclass', 3) },
    ];
    const table: Row[] = [];
    for (const { name, task } of cases) {
      const value = await secondsToFit(task);
      const ratio = reference?.[name] === undefined ? undefined : value / reference[name];
      table.push({ measure: `linear (${name}), 200,000 x 30${beside}`, value, unit: 's', ratio });
    }
    return table;
  },
} satisfies Bench;
