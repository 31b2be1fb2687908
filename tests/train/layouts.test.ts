import { InferenceSession, Tensor, type TypedTensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { GraphBuilder } from '../../engine/base/onnx/graph-builder.ts';
import type { FeatureMatrix, Layout } from '../../engine/train/features/feature-matrix.ts';
import { matrixOf } from '../../engine/train/features/feature-matrix.ts';
import {
  applyFeatures,
  type FittedFeatures,
  placeFeatures,
  writeFeatures,
} from '../../engine/train/features/features.ts';
import { prepareTraining } from '../support/prepare-training.ts';
import { everyFifth, frameOf, numberColumn, textColumn, timeColumn } from '../support/train-sample.ts';

const positions = Array.from({ length: 60 }, (_, row) => row);
const days = positions.map((row) => (row % 9 === 0 ? null : new Date(Date.UTC(2023, 10, 3 + row * 5)).toISOString()));
const frame = frameOf(
  numberColumn(
    'member',
    positions.map((row) => (row % 7 === 0 ? Number.NaN : row % 2)),
    'boolean',
  ),
  numberColumn(
    'amount',
    positions.map((row) => (row % 4 === 0 ? Number.NaN : row === 21 ? Number.POSITIVE_INFINITY : row / 3)),
  ),
  textColumn(
    'city',
    positions.map((row) => (row % 6 === 0 ? null : (['Rome', 'Oslo', 'Bonn'][row % 3] as string))),
  ),
  timeColumn('day', 'date', days),
  textColumn(
    'answer',
    positions.map((row) => (row % 3 === 0 ? 'yes' : 'no')),
  ),
);

function prepare(layouts: Layout[]) {
  const request = { target: 'answer', split: everyFifth, window: null, keyColumns: [] };
  return prepareTraining(frame, request, layouts);
}

/** Runs the graph of the features alone on all rows of the frame. */
async function runFeatures(features: FittedFeatures, layout: Layout) {
  const builder = new GraphBuilder();
  const { dense, blocks } = writeFeatures(builder, features, layout);
  if (dense !== undefined) builder.output('dense', dense, 'double', ['N', 'width']);
  for (const [index, { codes }] of blocks.entries()) builder.output(`codes${index}`, codes, 'int64', ['N', 1]);
  const bytes = builder.build({ name: 't', description: '', producer: { name: 't', version: '0' }, metadata: {} });
  const session = await InferenceSession.create(bytes);
  const feeds = Object.fromEntries(
    features.map(({ name }) => {
      const column = frame.columns.find((candidate) => candidate.name === name);
      const shape = [frame.rows, 1];
      if (column?.kind === 'number') return [name, new Tensor('float32', Float32Array.from(column.values), shape)];
      const texts = name === 'day' ? days.map((day) => day?.slice(0, 10) ?? '') : (column?.values as (string | null)[]);
      return [
        name,
        new Tensor(
          'string',
          texts.map((text) => text ?? ''),
          shape,
        ),
      ];
    }),
  );
  const results = await session.run(feeds);
  await session.release();
  return {
    dense: Array.from((results.dense as TypedTensor<'float64'> | undefined)?.data ?? []),
    codes: blocks.map((_, index) => Array.from((results[`codes${index}`] as TypedTensor<'int64'>).data, Number)),
  };
}

function denseRow({ dense, denseWidth }: FeatureMatrix, row: number): number[] {
  return [...dense.slice(row * denseWidth, (row + 1) * denseWidth)];
}

test('raw: numbers first, then booleans and parts of dates, all unscaled and NaN where missing', () => {
  const { features } = prepare(['raw']);
  const { denseWidth, places } = placeFeatures(features, 'raw');
  expect(denseWidth).toBe(4);
  expect(places).toEqual([
    { name: 'member', dense: [1], blocks: [] },
    { name: 'amount', dense: [0], blocks: [] },
    { name: 'city', dense: [], blocks: [0] },
    { name: 'day', dense: [2, 3], blocks: [] },
  ]);
  const matrix = applyFeatures(features, frame, 'raw');
  expect(denseRow(matrix, 0)).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
  // 2023-11-28 is a Tuesday.
  expect(denseRow(matrix, 5)).toEqual([Math.fround(5 / 3), 1, 2, 11]);
  expect(denseRow(matrix, 21)[0]).toBeNaN();
  expect(matrix.blocks.map(({ offset, levels, codes }) => [offset, levels, codes[1]])).toEqual([[4, 4, 2]]);
});

test('scaled: never NaN, booleans and parts of dates as blocks', () => {
  const { features } = prepare(['scaled']);
  const matrix = applyFeatures(features, frame, 'scaled');
  expect(matrix.denseWidth).toBe(1);
  expect(matrix.dense.some(Number.isNaN)).toBe(false);
  expect(matrix.blocks.map(({ levels }) => levels)).toEqual([3, 4, 8, 13]);
});

for (const layout of ['scaled', 'raw'] as const) {
  test(`${layout}: the graph gives the same matrix`, async () => {
    const { features } = prepare([layout]);
    const matrix = applyFeatures(features, frame, layout);
    const graph = await runFeatures(features, layout);
    expect(graph.dense.length).toBe(matrix.dense.length);
    graph.dense.forEach((value, place) => {
      if (layout === 'raw') expect(value).toBe(matrix.dense[place]);
      else expect(value).toBeCloseTo(matrix.dense[place] as number, 12);
    });
    expect(graph.codes).toEqual(matrix.blocks.map(({ codes }) => [...codes]));
  });
}

test('a part holds the layouts that were asked for, and no other', () => {
  const { training, holdout } = prepare(['raw']);
  expect(Object.keys(training.layouts)).toEqual(['raw']);
  expect(matrixOf(holdout.layouts, 'raw').rows).toBe(holdout.positions.length);
  expect(() => matrixOf(holdout.layouts, 'scaled')).toThrow(TypeError);
});
