import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AdoptedMapping } from '../../engine/contract/adopted-mapping.ts';
import { adoptedModel } from '../../engine/package/adopted/adopted-model.ts';
import { readForeignModel } from '../../engine/package/adopted/read-foreign-model.ts';
import { requireMapping, resolveMapping } from '../../engine/package/adopted/resolve-mapping.ts';
import { makeGoldenSet } from '../../engine/package/golden-set.ts';
import { buildGraph } from '../../engine/package/graph.ts';
import { checkParity } from '../../engine/package/parity.ts';
import { signatureOf } from '../../engine/package/signature.ts';
import { type AdoptedModel, answerRows, modelState, restoreModel } from '../../engine/train/model.ts';
import { rawRows } from '../../engine/train/raw-rows.ts';
import { fixtureAnswers, fixtureFrame, fixturePath } from '../support/adopted-fixtures.ts';
import { temporaryFolder } from '../support/temporary.ts';

const origin = { galleyVersion: '0.0.0', recipeHash: 'sha256:0', datasetIdentity: 'sha256:1' };

async function adopted(name: string, target: string, chosen: Partial<AdoptedMapping> = {}) {
  const frame = fixtureFrame(name);
  const taken = readForeignModel(fixturePath(name));
  const mapping = requireMapping(await resolveMapping(taken, frame, target, chosen, async () => {}));
  const rows = Int32Array.from({ length: frame.rows }, (_, row) => row);
  return { frame, mapping, model: adoptedModel(taken, mapping, frame, target, rows) };
}

function packageOf(model: AdoptedModel, frame: ReturnType<typeof fixtureFrame>) {
  const fields = model.features.map(({ name }) => ({
    name,
    type: frame.columns.find((column) => column.name === name)?.type ?? 'text',
  }));
  const examples = rawRows(
    frame,
    fields as never,
    Array.from({ length: 40 }, (_, row) => row),
  );
  const signature = signatureOf(model, examples);
  return { signature, golden: makeGoldenSet(model, signature, examples), onnx: buildGraph(model, signature, origin) };
}

const matrix = ['sepal_length', 'sepal_width', 'petal_length', 'petal_width'];
const cases: [name: string, target: string, mapping: AdoptedMapping][] = [
  [
    'sklearn-columns',
    'left',
    {
      task: 'binary',
      inputs: ['age', 'income', 'plan', 'region'].map((name) => ({ tensor: name, columns: [name] })),
      output: { tensor: 'output_probability', form: 'probabilities' },
      classes: ['no', 'yes'],
    },
  ],
  [
    'sklearn-matrix',
    'kind',
    {
      task: 'multiclass',
      inputs: [{ tensor: 'X', columns: matrix }],
      output: { tensor: 'probabilities', form: 'probabilities' },
      classes: ['0', '1', '2'],
    },
  ],
  [
    'sklearn-regression',
    'price',
    {
      task: 'regression',
      inputs: [{ tensor: 'X', columns: ['area', 'rooms', 'year'] }],
      output: { tensor: 'variable', form: 'prediction' },
      classes: [],
    },
  ],
  [
    'sklearn-strict',
    'income',
    {
      task: 'regression',
      inputs: ['plan', 'age'].map((name) => ({ tensor: name, columns: [name] })),
      output: { tensor: 'variable', form: 'prediction' },
      classes: [],
    },
  ],
  [
    'sklearn-labels',
    'kind',
    {
      task: 'multiclass',
      inputs: [{ tensor: 'features', columns: matrix }],
      output: { tensor: 'label', form: 'labels' },
      classes: ['iris', 'lily', 'rose'],
    },
  ],
  [
    'xgboost-matrix',
    'left',
    {
      task: 'binary',
      inputs: [{ tensor: 'input', columns: ['age', 'income', 'active'] }],
      output: { tensor: 'probabilities', form: 'probabilities' },
      classes: ['0', '1'],
    },
  ],
  [
    'lightgbm-zipmap',
    'kind',
    {
      task: 'multiclass',
      inputs: [{ tensor: 'input', columns: matrix }],
      output: { tensor: 'probabilities', form: 'probabilities' },
      classes: ['0', '1', '2'],
    },
  ],
  [
    'keras-sigmoid',
    'left',
    {
      task: 'binary',
      inputs: [{ tensor: 'numbers', columns: ['age', 'income'] }],
      output: { tensor: 'Identity:0', form: 'probability' },
      classes: ['no', 'yes'],
    },
  ],
  [
    'torch-logits',
    'kind',
    {
      task: 'multiclass',
      inputs: [{ tensor: 'features', columns: matrix }],
      output: { tensor: 'logits', form: 'logits' },
      classes: ['0', '1', '2'],
    },
  ],
];

describe.each(cases)('the file of %s', (name, target, expected) => {
  it('is understood without a word', async () => {
    expect((await adopted(name, target)).mapping).toEqual(expected);
  });

  it('answers as its library does', async () => {
    const { model, frame } = await adopted(name, target);
    const { values, labels } = answerRows(model, frame);
    const answers = fixtureAnswers(name);
    const wanted = answers.outputs.flat();
    expect(values.length).toBe(wanted.length);
    const largest = Math.max(
      ...wanted.map((value, place) => Math.abs(value - (values[place] as number)) / Math.max(1, Math.abs(value))),
    );
    expect(largest).toBeLessThan(1e-5);
    if (answers.labels) {
      expect(Array.from(labels ?? [], (index) => model.classes[index])).toEqual(answers.labels);
    }
  });

  it('answers within a graph of one input a column as it does alone', async () => {
    const { model, frame } = await adopted(name, target);
    const { signature, golden, onnx } = packageOf(model, frame);
    const parity = await checkParity(onnx, signature, golden);
    expect(parity.rows).toBeGreaterThan(50);
    expect(parity.max_abs_diff).toBeLessThan(1e-6);
    expect(Buffer.from(buildGraph(model, signature, origin)).equals(Buffer.from(onnx))).toBe(true);
  });

  it('is the same model after it was stored', async () => {
    const { model, frame } = await adopted(name, target);
    const again = restoreModel(JSON.parse(JSON.stringify(modelState(model))));
    expect(answerRows(again, frame)).toEqual(answerRows(model, frame));
  });
});

it('is taken again from a file that Galley wrote, which then tells of itself once', async () => {
  const { model, frame } = await adopted('sklearn-columns', 'left');
  const path = join(temporaryFolder(), 'model.onnx');
  writeFileSync(path, packageOf(model, frame).onnx);
  const taken = readForeignModel(path);
  const mapping = requireMapping(await resolveMapping(taken, frame, 'left', {}, async () => {}));
  const rows = Int32Array.from({ length: frame.rows }, (_, row) => row);
  const again = adoptedModel(taken, mapping, frame, 'left', rows);
  expect(answerRows(again, frame)).toEqual(answerRows(model, frame));
  const { signature, golden, onnx } = packageOf(again, frame);
  expect((await checkParity(onnx, signature, golden)).max_abs_diff).toBeLessThan(1e-6);
  expect(Buffer.from(onnx).toString('latin1').split('galley.signature')).toHaveLength(2);
});

describe('a mapping', () => {
  const chosenWrong: [string, string, string, Partial<AdoptedMapping>, RegExp][] = [
    [
      'an input that there is not',
      'sklearn-matrix',
      'kind',
      { inputs: [{ tensor: 'Y', columns: matrix }] },
      /no input "Y"/,
    ],
    [
      'too few columns',
      'sklearn-matrix',
      'kind',
      { inputs: [{ tensor: 'X', columns: ['sepal_width'] }] },
      /takes 4 columns/,
    ],
    [
      'a column that there is not',
      'sklearn-matrix',
      'kind',
      { inputs: [{ tensor: 'X', columns: [...matrix.slice(1), 'sepal'] }] },
      /no column "sepal"/,
    ],
    [
      'the target as an input',
      'sklearn-matrix',
      'kind',
      { inputs: [{ tensor: 'X', columns: [...matrix.slice(1), 'kind'] }] },
      /"kind" is what the model answers/,
    ],
    [
      'a column that is called as an answer',
      'sklearn-matrix',
      'kind',
      { task: 'multiclass', inputs: [{ tensor: 'X', columns: [...matrix.slice(1), 'label'] }] },
      /answers with "label".*rename/,
    ],
    [
      'texts in a number',
      'sklearn-columns',
      'left',
      { inputs: [{ tensor: 'age', columns: ['plan'] }] },
      /cannot go into/,
    ],
    [
      'an output that there is not',
      'sklearn-matrix',
      'kind',
      { output: { tensor: 'none', form: 'labels' } },
      /no output "none"/,
    ],
    ['classes named twice', 'sklearn-matrix', 'kind', { classes: ['a', 'a', 'b'] }, /named twice/],
    [
      'a regression of classes',
      'sklearn-regression',
      'price',
      { task: 'regression', classes: ['a', 'b'] },
      /no classes/,
    ],
    ['too few classes', 'sklearn-matrix', 'kind', { classes: ['a', 'b'] }, /classes/],
    [
      'several numbers a row as one',
      'torch-logits',
      'kind',
      { task: 'regression', output: { tensor: 'logits', form: 'prediction' } },
      /has 3 numbers a row; a prediction is one/,
    ],
    [
      'fewer classes than its labels',
      'sklearn-labels',
      'kind',
      { classes: ['a', 'b'] },
      /gives 3 labels \(iris, lily, rose\)/,
    ],
  ];
  it.each(chosenWrong)('is refused with %s', async (_, name, target, chosen, message) => {
    await expect(adopted(name, target, chosen)).rejects.toThrow(message);
  });

  it('gives the classes other names in their order', async () => {
    const { model, frame } = await adopted('keras-sigmoid', 'left', { classes: ['yes', 'no'] });
    const { values } = answerRows(model, frame);
    const turned = fixtureAnswers('keras-sigmoid').outputs.map(([no]) => no as number);
    expect(model.classes).toEqual(['no', 'yes']);
    expect(values[1]).toBeCloseTo(turned[0] as number, 5);
  });
});
