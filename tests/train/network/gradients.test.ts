import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { type Random, seededRandom } from '../../../engine/base/random.ts';
import type { LossKind } from '../../../engine/train/learners/network/graph-losses.ts';
import { gradientGraph, type StepSettings } from '../../../engine/train/learners/network/network-graph.ts';
import { type NetworkShape, segmentsOf, tableRows, weightCount } from '../../../engine/train/learners/network/shape.ts';

/*
 * The gradients that training takes, written by hand for each layer, against central differences of the loss, in float64
 * through the same graph.
 */

const rows = 7;
const plain: NetworkShape = {
  denseWidth: 3,
  blockLevels: [],
  hidden: [4],
  outputs: 1,
  activation: 'tanh',
  batchNorm: false,
};
const settings: StepSettings = { loss: 'squared', weighted: false, dropout: 0, l2: 0, gradientClip: 0 };

function feedsOf(shape: NetworkShape, { loss, weighted, dropout }: StepSettings, random: Random) {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const doubles = (count: number, value: () => number) => Float64Array.from({ length: count }, value);
  const targetOf = () => (loss === 'squared' ? normal() : Math.floor(random() * Math.max(2, shape.outputs)));
  const { denseWidth, blockLevels, hidden } = shape;
  const table = tableRows(shape);
  return {
    weights: doubles(weightCount(shape), normal),
    others: {
      ...(denseWidth > 0 && { dense: new Tensor('float64', doubles(rows * denseWidth, normal), [rows, denseWidth]) }),
      ...(blockLevels.length > 0 && {
        codes: new Tensor(
          'int32',
          Int32Array.from({ length: rows * blockLevels.length }, () => Math.floor(random() * table)),
          [rows, blockLevels.length],
        ),
      }),
      target: new Tensor('float64', doubles(rows, targetOf), [rows]),
      ...(weighted && { row_weights: new Tensor('float64', doubles(rows, random), [rows]) }),
      ...(dropout > 0 &&
        Object.fromEntries(
          hidden.map((units, layer) => [
            `mask_${layer}`,
            new Tensor(
              'bool',
              Uint8Array.from({ length: rows * units }, () => Number(random() > dropout)),
              [rows, units],
            ),
          ]),
        )),
    },
  };
}

/** Largest difference of the graph's gradient from central differences, of each kind of segment. */
async function faultsOf(shape: NetworkShape, step: StepSettings): Promise<Map<string, number>> {
  const session = await InferenceSession.create(gradientGraph(shape, step));
  const { weights, others } = feedsOf(shape, step, seededRandom(1));
  const run = async (values: Float64Array) => {
    const results = await session.run({ ...others, weights: new Tensor('float64', values, [values.length]) });
    const numbers = (name: string) => (results[name] as Tensor).data as Float64Array;
    return { loss: numbers('loss')[0] as number, gradient: numbers('gradient') };
  };
  const penalised = async (values: Float64Array) => {
    let squares = 0;
    for (const { kind, offset, size } of segmentsOf(shape)) {
      if (kind === 'kernel' || kind === 'table') {
        for (const value of values.subarray(offset, offset + size)) squares += value * value;
      }
    }
    return (await run(values)).loss + (step.l2 / 2) * squares;
  };
  const { gradient } = await run(weights);
  const faults = new Map<string, number>();
  const width = 1e-5;
  for (const { kind, layer, offset, size } of segmentsOf(shape)) {
    let largest = 0;
    for (let place = offset; place < offset + size; place++) {
      const at = (shift: number) => penalised(weights.with(place, (weights[place] as number) + shift));
      const slope = ((await at(width)) - (await at(-width))) / (2 * width);
      largest = Math.max(largest, Math.abs(slope - (gradient[place] as number)));
    }
    faults.set(`${kind} ${layer}`, largest);
  }
  await session.release();
  return faults;
}

const losses: [LossKind, number][] = [
  ['squared', 1],
  ['binary', 1],
  ['multiclass', 4],
];

const cases: [string, NetworkShape, StepSettings][] = [
  ...losses.map(([loss, outputs]): [string, NetworkShape, StepSettings] => [
    `the loss ${loss}`,
    { ...plain, outputs },
    { ...settings, loss },
  ]),
  ...(['relu', 'tanh', 'silu'] as const).map((activation): [string, NetworkShape, StepSettings] => [
    activation,
    { ...plain, activation, hidden: [4, 3] },
    settings,
  ]),
  ['row weights', plain, { ...settings, weighted: true, loss: 'binary' }],
  ['dropout', { ...plain, hidden: [4, 3] }, { ...settings, dropout: 0.4 }],
  ['batch normalisation', { ...plain, batchNorm: true, hidden: [4, 3] }, settings],
  ['the L2 penalty', { ...plain, batchNorm: true, blockLevels: [2] }, { ...settings, l2: 0.3 }],
  ['codes', { ...plain, denseWidth: 0, blockLevels: [2, 3] }, settings],
  [
    'everything at once',
    { ...plain, blockLevels: [2, 1], hidden: [4, 3, 2], outputs: 3, activation: 'silu', batchNorm: true },
    { loss: 'multiclass', weighted: true, dropout: 0.2, l2: 0.1, gradientClip: 0 },
  ],
];

test.each(cases)('%s: the gradient is that of finite differences', async (_, shape, step) => {
  const faults = await faultsOf(shape, step);
  for (const [segment, fault] of faults) expect(fault, segment).toBeLessThan(1e-8);
  expect(faults.size).toBe(segmentsOf(shape).length);
});
