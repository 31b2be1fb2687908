import type { Frame, FrameColumn } from '../../engine/base/frame.ts';
import { seededRandom } from '../../engine/base/random.ts';
import { drawRows, type TrainingRequest } from '../../engine/train/draw-rows.ts';
import { drawFolds, type Fold, foldsLike } from '../../engine/train/folds.ts';
import { findLearner } from '../../engine/train/learners/learners.ts';
import { resolveParameters } from '../../engine/train/learners/parameters.ts';
import { prepareFold } from '../../engine/train/prepare.ts';
import { FitPool } from '../../engine/train/sweeps/pool.ts';
import { samplingProposer } from '../../engine/train/sweeps/propose.ts';
import { Search } from '../../engine/train/sweeps/search.ts';
import type { Bench, Row } from './bench.ts';

const rows = 20_000;
const width = 12;
const trials = 20;
const folds = 3;

/** Numbers with a bent signal in some of them. */
function makeFrame(): Frame {
  const random = seededRandom(1);
  const columns = Array.from({ length: width }, (_, index): FrameColumn => {
    const values = Float64Array.from({ length: rows }, () => random() * 2 - 1);
    return { name: `x${index}`, type: 'float64', kind: 'number', values };
  });
  const [one, two, three] = columns.map(({ values }) => values as Float64Array);
  const values = Float64Array.from({ length: rows }, (_, row) => {
    const signal = Math.sin(4 * (one?.[row] ?? 0)) + (two?.[row] ?? 0) * (three?.[row] ?? 0);
    return Number(signal + random() - 0.5 > 0);
  });
  return { rows, columns: [...columns, { name: 'y', type: 'boolean', kind: 'number', values }] };
}

/** Seconds that 20 trials of `trees` take on so many threads, once these are there. */
async function sweepSeconds(frame: Frame, cores: number): Promise<number> {
  const split = { kind: 'every-nth', every: 5 } as const;
  const request: TrainingRequest = { target: 'y', split, window: null, keyColumns: [] };
  const drawn = drawRows(frame, request);
  const drawnFolds = drawFolds(frame, drawn.training, foldsLike(split, folds), 0, request, drawn.target);
  const prepared = drawnFolds.map((fold: Fold) => prepareFold(frame, request, drawn, fold, ['raw']));
  const [parameters = {}] = resolveParameters([findLearner('trees')], { rounds: 60 });
  const space = {
    learning_rate: { kind: 'number', low: 0.03, high: 0.3, scale: 'log' },
    min_samples_leaf: { kind: 'integer', low: 5, high: 50, scale: 'log' },
  } as const;
  const cancelFlag = new Int32Array(new SharedArrayBuffer(4));
  const pool = new FitPool(cores, (fold) => prepared[fold] as (typeof prepared)[number], cancelFlag);
  const search = (most: number) =>
    new Search({
      pool,
      folds,
      metric: { name: 'roc_auc', lowerIsBetter: false },
      target: 'y',
      seed: 0,
      trials: most,
      secondsBefore: 0,
      memory: Number.POSITIVE_INFINITY,
      memoryUsed: () => 0,
      propose: samplingProposer([{ name: 'trees', parameters, space }], 'random', 0),
      rungsOf: () => ({ shares: [] }),
      prunesFolds: false,
      earlier: [],
      throwIfCanceled: () => {},
      onTrial: () => {},
      onFitProgress: () => {},
    });
  await search(2).run();
  const started = performance.now();
  await search(trials).run();
  const seconds = (performance.now() - started) / 1000;
  await pool.close();
  return seconds;
}

export default {
  name: 'sweep',
  async run(): Promise<Row[]> {
    const frame = makeFrame();
    const one = await sweepSeconds(frame, 1);
    const two = await sweepSeconds(frame, 2);
    return [
      { measure: `${trials} trials of trees, ${folds} folds of 20,000 x ${width}, 1 core`, value: one, unit: 's' },
      {
        measure: 'the same on 2 cores, as a multiple of the speed on one',
        value: two,
        unit: 's',
        ratio: one / two,
        target: 'at least 1.7 ×',
      },
    ];
  },
} satisfies Bench;
