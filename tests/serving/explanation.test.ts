import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Signature } from '../../engine/contract/values.ts';
import { explainRow } from '../../engine/serving/explain-row.ts';
import { loadModel } from '../../engine/serving/model.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { modelFolder, predict, ridersConfig, ridersRow, runningServer } from './running-server.ts';

interface Reference {
  inputs: string[];
  typical: number[];
  cases: { row: number[]; base: number; values: number[] }[];
}

const reference: Reference = JSON.parse(
  readFileSync(new URL('../fixtures/explanation/wide.json', import.meta.url), 'utf8'),
);

async function explainWide(row: number[], rows?: number) {
  const loaded = await loadModel({ version: 1, folder: modelFolder('wide') }, () => ({ rows: 128, milliseconds: 0 }));
  const answer = async (asked: Parameters<typeof loaded.batcher.add>[0]) => {
    const { scores, width } = await loaded.batcher.add(asked as (typeof asked)[number][]);
    return asked.map((_, index) => scores[index * width + 1] as number);
  };
  const explanation = await explainRow(row, reference.typical, reference.inputs, answer, { rows });
  await loaded.release();
  return explanation;
}

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);

test.each(reference.cases.slice(0, 3))(
  'explanations of few columns are those of shap, to 1e-6: base $base',
  async (wanted) => {
    const { base, contributions } = await explainWide(wanted.row);
    expect(base).toBeCloseTo(wanted.base, 6);
    expect(contributions).toHaveLength(wanted.values.filter((value) => value !== 0).length);
    for (const { column, contribution, error } of contributions) {
      expect(contribution).toBeCloseTo(wanted.values[reference.inputs.indexOf(column)] as number, 6);
      expect(error).toBe(0);
    }
  },
);

test('drawn explanations of many columns add up, and differ from those of shap as their errors say', async () => {
  const wanted = reference.cases[3] as Reference['cases'][number];
  const { base, contributions } = await explainWide(wanted.row, 4096);
  expect(base + sum(contributions.map(({ contribution }) => contribution))).toBeCloseTo(
    wanted.base + sum(wanted.values),
    5,
  );
  const distances = contributions.map(({ column, contribution, error }) => {
    const exact = wanted.values[reference.inputs.indexOf(column)] as number;
    return Math.abs(contribution - exact) / Math.max(error, 1e-6);
  });
  expect(contributions).toHaveLength(20);
  expect(Math.max(...distances)).toBeLessThan(4);
  expect(distances.filter((distance) => distance > 1).length).toBeLessThan(12);
  expect(Math.max(...contributions.map(({ error }) => error))).toBeLessThan(0.02);
});

/** Riders with a typical row: 20 degrees, 1 mm of rain, no holiday, the red line, the day of the test row. */
function ridersWithTypicalRow(): string {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  const signature: Signature = JSON.parse(readFileSync(join(modelFolder('riders-1'), 'signature.json'), 'utf8'));
  const inputs = signature.inputs.map((field) => ({
    ...field,
    typical: ridersRow[field.name as keyof typeof ridersRow],
  }));
  writeFileSync(join(folder, 'signature.json'), JSON.stringify({ ...signature, inputs }));
  writeFileSync(join(folder, 'model.onnx'), readFileSync(join(modelFolder('riders-1'), 'model.onnx')));
  return folder;
}

test('an answer is explained where that is asked for', async () => {
  const versions = [{ version: 1, folder: ridersWithTypicalRow() }];
  const { url } = await runningServer({ deployment: 'riders-live', model: 'riders', versions, active: 1 });
  const row = { ...ridersRow, temperature: 25, rain: 11 };
  const one = await predict(url, { row, options: { explanation: true } });
  expect(one.body).toMatchObject({
    prediction: 117,
    explanation: {
      class: null,
      base: 137,
      contributions: [
        { column: 'rain', contribution: -30, error: 0 },
        { column: 'temperature', contribution: 10, error: 0 },
      ],
    },
  });
  const many = await predict(url, { rows: [ridersRow, row], options: { explanation: true } });
  expect(many.body.predictions).toMatchObject([
    { explanation: { base: 137, contributions: [] } },
    { explanation: one.body.explanation },
  ]);
  expect((await predict(url, { row })).body).not.toHaveProperty('explanation');
});

test('explanations are refused where there are none, for too many rows, and in another form', async () => {
  const { url } = await runningServer(ridersConfig());
  const versions = [{ version: 1, folder: ridersWithTypicalRow() }];
  const explaining = await runningServer({ deployment: 'riders-live', model: 'riders', versions, active: 1 });
  const refused = async (address: string, body: object) => {
    const { status, body: answer } = await predict(address, body);
    return [status, answer.error.message];
  };
  expect(await refused(url, { row: ridersRow, options: { explanation: true } })).toEqual([
    422,
    expect.stringContaining('package its run again'),
  ]);
  expect(
    await refused(explaining.url, { rows: new Array(21).fill(ridersRow), options: { explanation: true } }),
  ).toEqual([422, expect.stringContaining('up to 20 rows')]);
  expect(await refused(explaining.url, { row: ridersRow, options: { explanation: 'yes' } })).toEqual([
    422,
    expect.stringContaining('true or false'),
  ]);
});
