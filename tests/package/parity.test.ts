import { InferenceSession, Tensor, type TypedTensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { type Frame, findColumn } from '../../engine/base/frame.ts';
import { makeGoldenSet } from '../../engine/package/golden-set.ts';
import { buildGraph } from '../../engine/package/graph.ts';
import { checkParity } from '../../engine/package/parity.ts';
import { signatureOf } from '../../engine/package/signature.ts';
import type { Parameters } from '../../engine/train/learners/learner.ts';
import { answerRows, type Model, modelState, restoreModel } from '../../engine/train/model.ts';
import { rawRows } from '../../engine/train/raw-rows.ts';
import { type ColumnTypes, referenceTypes, sampleFrame, sampleReference, sharedSet } from '../support/sample-frames.ts';
import { frameOf, numberColumn, textColumn, timeColumn, trainOn } from '../support/train-sample.ts';

const origin = { galleyVersion: '0.0.0', recipeHash: 'sha256:0', datasetIdentity: 'sha256:1' };

function packageOf(model: Model, frame: Frame) {
  const fields = model.features.map(({ name, ...feature }) => ({
    name,
    type: 'type' in feature ? feature.type : (findColumn(frame, name)?.type ?? 'text'),
  }));
  const examples = rawRows(
    frame,
    fields,
    Array.from({ length: Math.min(20, frame.rows) }, (_, row) => row),
  );
  const signature = signatureOf(model, examples);
  return { signature, golden: makeGoldenSet(model, signature, examples), onnx: buildGraph(model, signature, origin) };
}

async function parityOf(model: Model, frame: Frame) {
  const { signature, golden, onnx } = packageOf(model, frame);
  return { ...(await checkParity(onnx, signature, golden)), golden };
}

/** Feeds columns of a frame straight into the file, without any code of Galley's in between. */
async function runFile(onnx: Uint8Array, frame: Frame): Promise<Record<string, TypedTensor<'float32'>>> {
  const session = await InferenceSession.create(onnx);
  const feeds = Object.fromEntries(
    session.inputNames.map((name) => {
      const column = findColumn(frame, name);
      const shape = [frame.rows, 1];
      if (column?.kind === 'number') return [name, new Tensor('float32', Float32Array.from(column.values), shape)];
      const texts =
        column?.kind === 'text'
          ? column.values.map((value) => value ?? '')
          : Array.from(column?.values ?? [], (time) => (Number.isNaN(time) ? '' : new Date(time).toISOString()));
      return [name, new Tensor('string', texts, shape)];
    }),
  );
  const results = await session.run(feeds);
  await session.release();
  return results as Record<string, TypedTensor<'float32'>>;
}

async function largestDifference(model: Model, frame: Frame): Promise<number> {
  const { onnx } = packageOf(model, frame);
  const results = await runFile(onnx, frame);
  const found = (results.prediction ?? results.probabilities)?.data as Float32Array;
  const expected = answerRows(model, frame).values;
  expect(found.length).toBe(expected.length);
  return found.reduce((largest, value, index) => Math.max(largest, Math.abs(value - (expected[index] as number))), 0);
}

/** A few trees show as much as many. */
const learners: [name: string, given: Parameters][] = [
  ['linear', {}],
  ['forest', { trees: 10 }],
  ['trees', { rounds: 20 }],
];

const flights: ColumnTypes = { departed_at: 'timestamp', hour: 'int64', distance: 'int64', delay_minutes: 'int64' };
const samples: [name: string, file: string, target: string, types: ColumnTypes, exclude: string[]][] = [
  ['penguins', 'penguins.csv', 'species', referenceTypes(sampleReference('penguins')), []],
  [
    'seattle_weather',
    'seattle-weather-2012.csv',
    'weather',
    { ...referenceTypes(sampleReference('seattle_weather')), date: 'date' },
    [],
  ],
  [
    'chicago_ridership',
    'chicago-2001.csv',
    'ridership',
    { ...referenceTypes(sampleReference('chicago_ridership')), date: 'date' },
    [],
  ],
  ['flights_monthly', 'flights-2001-01.csv', 'late15', flights, ['delay_minutes']],
];

for (const [name, file, target, types, exclude] of samples) {
  test(`${name}: the file answers as the trainer, loaded directly with raw rows`, async () => {
    const frame = sampleFrame(name, file, types);
    for (const [learner, given] of [...learners, ['baseline', {}] as const, ['network', {}] as const]) {
      const { model } = await trainOn(frame, { target, exclude }, learner, given);
      expect(await largestDifference(model, frame)).toBeLessThan(1e-5);
      expect((await parityOf(model, frame)).max_abs_diff).toBeLessThan(1e-6);
    }
  });
}

for (const name of ['titanic', 'spam', 'arrests', 'diamonds']) {
  test(`${name}: the file answers as the trainer`, async (context) => {
    const { reference, frame } = sharedSet(context, name);
    for (const [learner, given] of learners) {
      const { model } = await trainOn(frame, { target: reference.target }, learner, given);
      const scale = reference.task === 'regression' ? 1e4 : 1;
      expect(await largestDifference(model, frame)).toBeLessThan(1e-5 * scale);
      await parityOf(model, frame);
    }
  });
}

/** Every type of column, each with missing values, and a target that depends on them. */
function mixedFrame(rows = 400): Frame {
  const number = (row: number) =>
    Math.sin(row * 12.9898) * 43758.5453 - Math.floor(Math.sin(row * 12.9898) * 43758.5453);
  const every = (row: number, step: number) => row % step === 0;
  const positions = Array.from({ length: rows }, (_, row) => row);
  const day = (row: number) => new Date(Date.UTC(1999, 11, 1) + row * 37 * 3_600_000).toISOString();
  return frameOf(
    numberColumn(
      'amount',
      positions.map((row) =>
        every(row, 7) ? Number.NaN : every(row, 31) ? Number.POSITIVE_INFINITY : number(row) * 1000,
      ),
    ),
    numberColumn(
      'pieces',
      positions.map((row) => (every(row, 11) ? Number.NaN : row % 13)),
      'int64',
    ),
    numberColumn(
      'member',
      positions.map((row) => (every(row, 9) ? Number.NaN : Number(number(row + 1) > 0.4))),
      'boolean',
    ),
    numberColumn(
      'new',
      positions.map((row) => Number(number(row + 2) > 0.5)),
      'boolean',
    ),
    textColumn(
      'city',
      positions.map((row) => (every(row, 5) ? null : (['Rome', 'Oslo', 'Bonn', 'München', ' Rome'][row % 6] ?? ''))),
    ),
    timeColumn(
      'bought',
      'timestamp',
      positions.map((row) => (every(row, 8) ? null : day(row))),
    ),
    timeColumn(
      'born',
      'date',
      positions.map((row) => day(row * 3).slice(0, 10)),
    ),
    textColumn(
      'returned',
      positions.map((row) => (number(row) + number(row + 1) + (row % 6) / 6 > 1.4 ? 'yes' : 'no')),
    ),
  );
}

test('every type of column with missing, empty, unseen and extreme values, and rows at the threshold', async () => {
  const frame = mixedFrame();
  const { model } = await trainOn(frame, { target: 'returned' });
  expect(model.features.map(({ name }) => name)).toEqual([
    'amount',
    'pieces',
    'member',
    'new',
    'city',
    'bought',
    'born',
  ]);
  const { golden, max_abs_diff } = await parityOf(model, frame);
  expect(max_abs_diff).toBeLessThan(1e-6);
  expect(await largestDifference(model, frame)).toBeLessThan(1e-6);
  const distances = golden.outputs.map((output) => Math.abs((output[1] ?? 0) - 0.5));
  expect(Math.min(...distances)).toBeLessThan(1e-6);
});

test('a probability that is exactly the threshold gives the second class', async () => {
  const frame = frameOf(
    numberColumn(
      'x',
      Array.from({ length: 40 }, (_, row) => row),
    ),
    textColumn(
      'y',
      Array.from({ length: 40 }, (_, row) => (Math.floor(row / 5) % 2 === 0 ? 'no' : 'yes')),
    ),
  );
  const { model } = await trainOn(frame, { target: 'y' }, 'baseline');
  const { golden, signature, onnx } = packageOf(model, frame);
  expect(golden.outputs[0]).toEqual([0.5, 0.5]);
  expect(new Set(golden.labels)).toEqual(new Set(['yes']));
  await checkParity(onnx, signature, golden);
});

test('the gate refuses a file that answers otherwise', async () => {
  const frame = mixedFrame();
  const { model } = await trainOn(frame, { target: 'returned' });
  const { signature, golden, onnx } = packageOf(model, frame);
  const shifted = golden.outputs.map(([first, second]) => [(first as number) - 2e-5, (second as number) + 2e-5]);
  await expect(checkParity(onnx, signature, { ...golden, outputs: shifted })).rejects.toMatchObject({
    code: 'package.parity_failed',
  });
  const labels = golden.labels?.map((label) => (label === 'yes' ? 'no' : 'yes'));
  await expect(checkParity(onnx, signature, { ...golden, labels })).rejects.toMatchObject({
    code: 'package.parity_failed',
  });
});

test('the same model gives the same bytes, also after it was stored', async () => {
  const frame = mixedFrame();
  const { model } = await trainOn(frame, { target: 'returned' });
  const again = restoreModel(JSON.parse(JSON.stringify(modelState(model))));
  expect(Buffer.from(packageOf(again, frame).onnx).equals(packageOf(model, frame).onnx)).toBe(true);
  expect(answerRows(again, frame)).toEqual(answerRows(model, frame));
});

test('the signature tells types, ranges, categories and what may be missing', async () => {
  const { model } = await trainOn(mixedFrame(), { target: 'returned' });
  const { signature } = packageOf(model, mixedFrame());
  expect(signature).toMatchObject({ task: 'binary', target: 'returned', classes: ['no', 'yes'], threshold: 0.5 });
  expect(signature.inputs.find(({ name }) => name === 'pieces')).toEqual({
    name: 'pieces',
    type: 'int64',
    tensor: 'float',
    nullable: true,
    minimum: 0,
    maximum: 12,
    example: 1,
    typical: 4,
  });
  expect(signature.inputs.find(({ name }) => name === 'city')).toMatchObject({
    tensor: 'string',
    nullable: true,
    categories: [' Rome', 'Bonn', 'München', 'Oslo', 'Rome'],
  });
  expect(signature.inputs.find(({ name }) => name === 'born')).toMatchObject({
    type: 'date',
    tensor: 'string',
    nullable: false,
  });
});
