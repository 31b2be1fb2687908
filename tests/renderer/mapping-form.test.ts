import { expect, test } from 'vitest';
import type { AdoptedFile } from '../../engine/contract/package-adopted.ts';
import { formOf, isComplete, mappingOf, modelNameOf, shapeText } from '../../renderer/package/adopted/mapping-form.ts';

const file: AdoptedFile = {
  fileName: 'model.onnx',
  bytes: 10,
  sha256: '0',
  producer: '',
  opsets: [],
  inputs: [{ name: 'X', type: 'float', shape: [null, 2] }],
  outputs: [
    { name: 'label', type: 'int64', shape: [null] },
    { name: 'probabilities', type: 'map', shape: [] },
  ],
  operators: [],
};

test('a guessed mapping stands in the form and comes out of it as it was', () => {
  const mapping = {
    task: 'binary' as const,
    inputs: [{ tensor: 'X', columns: ['age', 'income'] }],
    output: { tensor: 'probabilities', form: 'probabilities' as const },
    classes: ['no', 'yes'],
  };
  const form = formOf(file, mapping);
  expect(form.inputs).toEqual([{ tensor: 'X', columns: 'age, income' }]);
  expect(mappingOf(form)).toEqual(mapping);
  expect(isComplete(form)).toBe(true);
});

test('what was not guessed is to be filled in', () => {
  const form = formOf(file, null);
  expect(isComplete(form)).toBe(false);
  const filled = { ...form, inputs: [{ tensor: 'X', columns: 'age,, income ' }] };
  expect(isComplete({ ...filled, task: 'regression' })).toBe(true);
  expect(mappingOf({ ...filled, task: 'regression', classes: 'a' })).toMatchObject({
    inputs: [{ columns: ['age', 'income'] }],
    output: { form: 'prediction' },
    classes: [],
  });
});

test('names and shapes are said in words', () => {
  expect(modelNameOf('Churn Model (3).onnx')).toBe('churn-model-3');
  expect(modelNameOf('2024.onnx')).toBe('');
  expect(shapeText({ name: 'X', type: 'float', shape: [null, 4] })).toBe('float, 4 a row');
  expect(shapeText({ name: 'age', type: 'int64', shape: [null] })).toBe('int64, one a row');
});
