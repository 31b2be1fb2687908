import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { exampleTensors } from '../../../engine/package/exports/mlflow/input-example.ts';
import { exportMlflow } from '../../../engine/package/exports/mlflow/mlflow-exporter.ts';
import { mlmodelFile } from '../../../engine/package/exports/mlflow/mlmodel.ts';
import { readmeFile } from '../../../engine/package/exports/mlflow/readme.ts';
import { ridersSource, textOf } from './riders-source.ts';

const accepted = fileURLToPath(new URL('../../fixtures/exports/mlflow-riders', import.meta.url));
const control = { progress: () => {}, throwIfCanceled: () => {} };

test('the folder is the one that the real MLflow loaded and served', async () => {
  const source = ridersSource();
  const files = await exportMlflow(source, control);
  const written = files.filter(({ content }) => typeof content === 'string').map(({ path }) => path);
  expect(written).toEqual([
    'MLmodel',
    'conda.yaml',
    'python_env.yaml',
    'requirements.txt',
    'input_example.json',
    'serving_input_example.json',
    'README.md',
  ]);
  for (const path of written) await expect(textOf(files, path)).toMatchFileSnapshot(join(accepted, path));
  expect(files.filter(({ content }) => typeof content !== 'string').map(({ path }) => path)).toEqual([
    'check_golden.py',
    ...source.files.map(({ name }) => name),
  ]);
  expect(files).toContainEqual({ path: 'model.onnx', content: { copyOf: source.files[0]?.path } });
});

test('a classification answers label and probabilities, and says what its columns may be', () => {
  const source = ridersSource();
  const signature = {
    ...source.signature,
    task: 'multiclass' as const,
    classes: ['yes', 'no', '='],
    inputs: [
      { name: 'n', type: 'text' as const, tensor: 'string' as const, nullable: true, categories: ['on', '012', '<<'] },
      { name: 'a | b', type: 'int64' as const, tensor: 'float' as const, nullable: false, minimum: 0, maximum: 9 },
    ],
  };
  const model = parse(mlmodelFile({ ...source, signature }, 'a'.repeat(64)), { version: '1.1' });
  expect(JSON.parse(model.signature.outputs)).toEqual([
    { name: 'label', type: 'tensor', 'tensor-spec': { dtype: 'object', shape: [-1] } },
    { name: 'probabilities', type: 'tensor', 'tensor-spec': { dtype: 'float32', shape: [-1, 3] } },
  ]);
  expect(model.metadata.galley).toMatchObject({
    classes: ['yes', 'no', '='],
    inputs: [
      { name: 'n', type: 'text', required: false, categories: ['on', '012', '<<'] },
      { name: 'a | b', type: 'int64', required: true, minimum: 0, maximum: 9 },
    ],
  });
  expect(exampleTensors(signature)).toEqual({ n: [['']], 'a | b': [[null]] });
  expect(readmeFile({ ...source, signature })).toContain('| a \\| b | int64 | float | no | 0 to 9 |');
  const day = { name: 'day', type: 'date' as const, tensor: 'string' as const, nullable: false };
  const days = { ...signature, inputs: [{ ...day, minimum: Date.UTC(2004, 1, 29), maximum: Date.UTC(2005, 0, 1) }] };
  expect(readmeFile({ ...source, signature: days })).toContain(
    '| day | date | string | no | 2004-02-29 to 2005-01-01 |',
  );
});
