import { InferenceSession, Tensor, type TypedTensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import type { Frame } from '../../engine/base/frame.ts';
import { GraphBuilder } from '../../engine/base/onnx/graph-builder.ts';
import { seededRandom } from '../../engine/base/random.ts';
import { type ColumnsSettings, dateParts } from '../../engine/contract/train-features.ts';
import { makeGoldenSet } from '../../engine/package/golden-set.ts';
import { buildGraph } from '../../engine/package/graph.ts';
import { checkParity } from '../../engine/package/parity.ts';
import { signatureOf } from '../../engine/package/signature.ts';
import { encodeRows } from '../../engine/serving/tensors.ts';
import type { TrainingRequest } from '../../engine/train/draw-rows.ts';
import type { Layout } from '../../engine/train/features/feature-matrix.ts';
import {
  applyFeatures,
  columnFeatures,
  type FittedFeatures,
  writeFeatures,
} from '../../engine/train/features/features.ts';
import { columnTypeOf } from '../../engine/train/features/field.ts';
import { frameOfRows, rawRows } from '../../engine/train/raw-rows.ts';
import { prepareTraining } from '../support/prepare-training.ts';
import { everyFifth, frameOf, numberColumn, textColumn, timeColumn, trainOn } from '../support/train-sample.ts';

/*
 * Every kind of feature with every setting: the graph gives the trainer's matrix, number for number, on rows with missing,
 * unseen, empty and extreme values.
 */

const rows = 300;
const positions = Array.from({ length: rows }, (_, row) => row);
const random = seededRandom(8);
const numbers = positions.map(() => random());
const at = (row: number) => numbers[row % rows] as number;

const adjectives = ['Quick', 'quick', 'slow', 'SLOW', 'crème', 'fine,', 'naïve', '東京', 'été'];
const nouns = ['film', 'Film!', 'plot.', '(story)', 'film', 'ÉTÉ', 'x'];
const review = (row: number) =>
  row % 13 === 0
    ? null
    : Array.from({ length: 1 + (row % 5) }, (_, index) => {
        const adjective = adjectives[(row * 7 + index * 3) % adjectives.length];
        return `${adjective} ${nouns[(row * 5 + index) % nouns.length]}`;
      }).join(row % 4 === 0 ? '  ' : ', ');

const frame = frameOf(
  numberColumn(
    'amount',
    positions.map((row) => (row % 7 === 0 ? Number.NaN : at(row) * 1000)),
  ),
  numberColumn(
    'width',
    positions.map((row) => (row % 11 === 0 ? Number.NaN : 5 - at(row + 1) * 10)),
  ),
  numberColumn(
    'zone',
    positions.map((row) =>
      row % 17 === 0 ? Number.NaN : [3, 7, 7, -2, 0, 99][row % 6 === 5 ? 5 : row % 5],
    ) as number[],
    'int64',
  ),
  numberColumn(
    'member',
    positions.map((row) => (row % 9 === 0 ? Number.NaN : Number(at(row + 2) > 0.4))),
    'boolean',
  ),
  textColumn(
    'size',
    positions.map((row) => (row % 10 === 0 ? null : ['small', 'medium', 'large', 'huge'][row % 4]) as string | null),
  ),
  textColumn(
    'city',
    positions.map(
      (row) =>
        (row % 6 === 0 ? null : ['Rome', 'Oslo', 'Bonn', `rare ${row}`][row % 19 === 1 ? 3 : row % 3]) as string | null,
    ),
  ),
  textColumn('review', positions.map(review)),
  timeColumn(
    'bought',
    'timestamp',
    positions.map((row) =>
      row % 8 === 0 ? null : new Date(Date.UTC(1966, 3, 1) + row * 131 * 3_600_000 + 12_345_678).toISOString(),
    ),
  ),
  timeColumn(
    'born',
    'date',
    positions.map((row) => new Date(Date.UTC(2019, 0, 1) + row * 29 * 86_400_000).toISOString().slice(0, 10)),
  ),
  numberColumn(
    'price',
    positions.map((row) => 10 + 3 * at(row) * (1 + (row % 4)) + (review(row)?.includes('film') ? 4 : 0)),
  ),
);

const cases: [what: string, columns: ColumnsSettings, interactions?: [string, string][]][] = [
  ['mean and min-max', { amount: { impute: 'mean', scale: 'min-max' }, width: { impute: 'mean', scale: 'none' } }],
  [
    'constant, indicator and robust',
    { amount: { impute: -1, indicator: true, scale: 'robust' }, width: { indicator: true } },
  ],
  ['numbers as categories', { zone: { role: 'categorical' } }],
  ['rare categories together', { zone: { role: 'categorical', minimumCount: 30 }, city: { minimumShare: 0.05 } }],
  ['an order', { size: { role: 'ordinal', order: ['small', 'medium', 'large'], indicator: true } }],
  ['all parts of dates', { bought: { parts: [...dateParts] }, born: { parts: [...dateParts] } }],
  ['words', { review: { role: 'text', text: { minimumRows: 1 } } }],
  ['hashed words', { review: { role: 'text', text: { method: 'hash', columns: 16, minimumRows: 1 } } }],
  [
    'characters',
    { review: { role: 'text', text: { tokens: 'characters', terms: { shortest: 2, longest: 4 }, columns: 80 } } },
  ],
  [
    'interactions',
    { zone: { role: 'categorical' }, size: { order: ['small', 'medium', 'large', 'huge'] } },
    [
      ['amount', 'width'],
      ['amount', 'size'],
      ['city', 'member'],
      ['zone', 'city'],
    ],
  ],
];

/** Rows of the data, and rows of the worst that a field may get. */
function goldenFrame(features: FittedFeatures): { frame: Frame; feeds: Record<string, Tensor> } {
  const fields = columnFeatures(features).map((feature) => ({ name: feature.name, type: columnTypeOf(feature) }));
  const examples = rawRows(frame, fields, positions);
  const model = {
    task: 'regression' as const,
    target: 'price',
    classes: [],
    threshold: 0.5,
    features,
    learner: 'baseline',
    fitted: {
      summary: { converged: true, iterations: 1 },
      predict: () => new Float64Array(0),
      state: () => null,
      writeGraph: () => '',
    },
  };
  const signature = signatureOf(model, examples);
  const golden = makeGoldenSet(
    { ...model, fitted: { ...model.fitted, predict: ({ rows: count }) => new Float64Array(count) } },
    signature,
    examples,
  );
  return { frame: frameOfRows(signature.inputs, golden.rows), feeds: encodeRows(signature, golden.rows, Tensor) };
}

async function runFeatures(features: FittedFeatures, layout: Layout, feeds: Record<string, Tensor>) {
  const builder = new GraphBuilder();
  const { dense, blocks } = writeFeatures(builder, features, layout);
  if (dense !== undefined) builder.output('dense', dense, 'double', ['N', 'width']);
  for (const [index, { codes }] of blocks.entries()) builder.output(`codes${index}`, codes, 'int64', ['N', 1]);
  const bytes = builder.build({ name: 't', description: '', producer: { name: 't', version: '0' }, metadata: {} });
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const results = await session.run(feeds);
  await session.release();
  return {
    dense: (results.dense as TypedTensor<'float64'> | undefined)?.data ?? [],
    codes: blocks.map((_, index) => Array.from((results[`codes${index}`] as TypedTensor<'int64'>).data, Number)),
  };
}

function request(columns: ColumnsSettings, interactions: [string, string][] = []): TrainingRequest {
  return { target: 'price', split: everyFifth, window: null, keyColumns: [], columns, interactions };
}

for (const [what, columns, interactions] of cases) {
  for (const layout of ['scaled', 'raw'] as const) {
    test(`${what}, ${layout}: the graph gives the trainer's matrix`, async () => {
      const { features } = prepareTraining(frame, request(columns, interactions), [layout]);
      expect(features.length).toBeGreaterThan(0);
      const golden = goldenFrame(features);
      const matrix = applyFeatures(features, golden.frame, layout);
      const graph = await runFeatures(features, layout, golden.feeds);
      expect(graph.dense.length).toBe(matrix.dense.length);
      let largest = 0;
      matrix.dense.forEach((expected, place) => {
        const found = graph.dense[place] as number;
        if (layout === 'raw' && !Object.is(found, expected) && !(found === 0 && expected === 0))
          largest = Number.POSITIVE_INFINITY;
        else if (layout === 'scaled')
          largest = Math.max(largest, Math.abs(found - expected) / Math.max(1, Math.abs(expected)));
      });
      expect(largest).toBeLessThan(1e-12);
      expect(graph.codes).toEqual(matrix.blocks.map(({ codes }) => [...codes]));
    });
  }

  for (const learner of ['linear', 'trees']) {
    test(`${what}: the file of ${learner} passes the gate`, async () => {
      const { model } = await trainOn(frame, request(columns, interactions), learner);
      const fields = columnFeatures(model.features).map((feature) => ({
        name: feature.name,
        type: columnTypeOf(feature),
      }));
      const examples = rawRows(frame, fields, positions.slice(0, 40));
      const signature = signatureOf(model, examples);
      const golden = makeGoldenSet(model, signature, examples);
      const origin = { galleyVersion: '0.0.0', recipeHash: 'sha256:0', datasetIdentity: 'sha256:1' };
      expect((await checkParity(buildGraph(model, signature, origin), signature, golden)).rows).toBe(
        golden.rows.length,
      );
    });
  }
}
