import { execFileSync, fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench, Row } from './bench.ts';
import { makeTreesData } from './support/trees-data.ts';
import type { TreesMeasured, TreesOrder } from './support/trees-process.ts';

const rows = 200_000;
const judged = 50_000;
const width = 30;
/** As many rounds whatever the rows. */
const parameters = { early_stopping: 'off' };

function measure(order: TreesOrder): Promise<TreesMeasured> {
  const process = fork(fileURLToPath(new URL('./support/trees-process.ts', import.meta.url)), [JSON.stringify(order)]);
  return new Promise((resolve, reject) => {
    process.once('message', (answer) => resolve(answer as TreesMeasured));
    process.once('exit', (code) => reject(new Error(`the fit ended with ${code}`)));
  });
}

type Yardsticks = Record<string, { seconds: number; auc: number }>;

/** Others on one thread and the same rows, or undefined where no Python with scikit-learn is there. */
function measureOthers(): Yardsticks | undefined {
  const script = fileURLToPath(new URL('./trees_scikit_learn.py', import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'galley-trees-'));
  try {
    const path = join(folder, 'rows.f32');
    const { dense, target } = makeTreesData(rows + judged, width);
    const table = new Float32Array((rows + judged) * (width + 1));
    target.forEach((label, row) => {
      table.set(dense.subarray(row * width, (row + 1) * width), row * (width + 1));
      table[row * (width + 1) + width] = label;
    });
    writeFileSync(path, table);
    const output = execFileSync(
      process.env.GALLEY_BENCH_PYTHON ?? 'python3',
      [script, path, String(width), String(rows)],
      { encoding: 'utf8', env: { ...process.env, OMP_NUM_THREADS: '1' }, stdio: ['ignore', 'pipe', 'ignore'] },
    );
    return JSON.parse(output) as Yardsticks;
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] as number;
}

export default {
  name: 'trees',
  async run(): Promise<Row[]> {
    const own = await measure({ learner: 'trees', parameters, rows, width, judged, repeats: 3 });
    const others = measureOthers() ?? {};
    const large = await measure({
      learner: 'trees',
      parameters: { ...parameters, rounds: 20 },
      rows: 3_000_000,
      width: 10,
      judged: 1000,
      repeats: 1,
    });
    const forest = await measure({
      learner: 'forest',
      parameters: { trees: 30 },
      rows: 50_000,
      width,
      judged,
      repeats: 1,
    });
    const label = 'trees, 200,000 x 30, 100 rounds, 31 leaves, 255 bins';
    const compared = Object.entries(others).flatMap(([name, { seconds, auc }]): Row[] => [
      {
        measure: `${label}, beside ${name} on one thread`,
        value: median(own.seconds),
        unit: 's of the processor',
        ratio: median(own.seconds) / seconds,
        ...(name === 'scikit-learn' ? { target: 'at most 1.0 ×' } : {}),
      },
      { measure: `AUC, less that of ${name}`, value: own.auc - auc, unit: '', target: 'within 0.001' },
    ]);
    return [
      ...(compared.length > 0
        ? compared
        : [{ measure: label, value: median(own.seconds), unit: 's of the processor' }]),
      { measure: 'AUC', value: own.auc, unit: '' },
      { measure: 'peak memory, data included', value: own.peakMegabytes, unit: 'MB', target: 'below 600 MB' },
      { measure: 'trees, 3,000,000 x 10, 20 rounds', value: large.seconds[0] as number, unit: 's of the processor' },
      { measure: 'peak memory of that', value: large.peakMegabytes, unit: 'MB', target: 'below 2,000 MB' },
      { measure: 'forest, 50,000 x 30, 30 trees', value: forest.seconds[0] as number, unit: 's of the processor' },
    ];
  },
} satisfies Bench;
