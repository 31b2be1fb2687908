import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ServingConfig } from '../../engine/contract/serving.ts';
import type { Signature } from '../../engine/contract/values.ts';
import { resolveConfig } from '../../engine/serving/config.ts';
import { loadModel } from '../../engine/serving/model.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { modelFolder, predict, ridersConfig, ridersRow, runningServer, send } from './running-server.ts';

/** A copy of riders-1 with another signature. */
function changedSignature(change: (signature: Signature) => void): string {
  const folder = temporaryFolder();
  const signature = JSON.parse(readFileSync(join(modelFolder('riders-1'), 'signature.json'), 'utf8')) as Signature;
  change(signature);
  writeFileSync(join(folder, 'signature.json'), JSON.stringify(signature));
  copyFileSync(join(modelFolder('riders-1'), 'model.onnx'), join(folder, 'model.onnx'));
  return folder;
}

test('files may be named one by one', async () => {
  const folder = modelFolder('riders-1');
  const files = { onnx: join(folder, 'model.onnx'), signature: join(folder, 'signature.json') };
  const model = await loadModel({ version: 4, ...files }, () => ({ rows: 8 }));
  expect(model.version).toBe(4);
  await model.release();
});

test.each<[string, (signature: Signature) => void]>([
  [
    'an input that the graph does not have',
    (signature) => signature.inputs.push({ name: 'wind', type: 'float64', tensor: 'float', nullable: true }),
  ],
  ['an input less than the graph has', (signature) => void signature.inputs.pop()],
  ['an input as another tensor', (signature) => Object.assign(signature.inputs[0] as object, { tensor: 'string' })],
  ['a text in a float tensor', (signature) => Object.assign(signature.inputs[0] as object, { type: 'text' })],
  ['another task', (signature) => Object.assign(signature, { task: 'binary', classes: ['no', 'yes'] })],
  ['a classifier without classes', (signature) => Object.assign(signature, { task: 'binary' })],
  ['an unknown type', (signature) => Object.assign(signature.inputs[0] as object, { type: 'complex' })],
])('a signature with %s is refused', async (_, change) => {
  const loading = loadModel({ version: 1, folder: changedSignature(change) }, () => ({ rows: 8 }));
  await expect(loading).rejects.toMatchObject({ code: 'serving.model_mismatch' });
});

test('files that are missing or damaged are refused', async () => {
  const folder = temporaryFolder();
  const load = () => loadModel({ version: 1, folder }, () => ({ rows: 8 }));
  await expect(load()).rejects.toMatchObject({ code: 'serving.model_unreadable' });
  copyFileSync(join(modelFolder('riders-1'), 'signature.json'), join(folder, 'signature.json'));
  await expect(load()).rejects.toMatchObject({ code: 'serving.model_unreadable' });
  writeFileSync(join(folder, 'model.onnx'), 'not a model');
  await expect(load()).rejects.toMatchObject({ code: 'serving.model_unreadable' });
});

test.each<[string, (config: ServingConfig) => unknown, string]>([
  ['an unknown member', (config) => ({ ...config, prot: 1 }), 'serving.invalid_config'],
  ['no versions', (config) => ({ ...config, versions: [] }), 'serving.invalid_config'],
  ['a port as text', (config) => ({ ...config, port: '80' }), 'serving.invalid_config'],
  ['an active version that it does not have', (config) => ({ ...config, active: 9 }), 'serving.unknown_version'],
  ['the network without a token', (config) => ({ ...config, host: '0.0.0.0' }), 'serving.token_required'],
])('a config with %s is refused', (_, change, code) => {
  expect(() => resolveConfig(change(ridersConfig()))).toThrow(expect.objectContaining({ code }));
});

test('the version is swapped under load: no request fails, each is answered by one version', async () => {
  const server = await runningServer();
  const expected = { 1: 137, 2: 177 } as Record<number, number>;
  const seen = new Set<number>();
  let swapping = true;
  const caller = async () => {
    while (swapping) {
      const { status, body } = await predict(server.url, { rows: new Array(5).fill(ridersRow) });
      expect(status).toBe(200);
      seen.add(body.version);
      for (const { prediction } of body.predictions) expect(prediction).toBe(expected[body.version]);
    }
  };
  const callers = Promise.all(Array.from({ length: 8 }, caller));
  for (const version of [2, 1, 2, 1, 2]) {
    await server.activate({ version });
    expect((await predict(server.url, { row: ridersRow })).body.version).toBe(version);
  }
  swapping = false;
  await callers;
  expect([...seen].sort()).toEqual([1, 2]);
  expect(server.status()).toMatchObject({ version: 2, errors: 0 });
});

test('a large request that began before the swap is finished by its version, others go to the new one', async () => {
  const server = await runningServer(ridersConfig({ batch: { rows: 8 } }));
  const finished: number[] = [];
  const large = predict(server.url, { rows: new Array(20_000).fill(ridersRow) });
  large.then(({ body }) => finished.push(body.version));
  const metrics = async () => (await send(server.url, { method: 'GET', path: '/metrics' })).body;
  await expect.poll(metrics, { interval: 1, timeout: 10_000 }).not.toContain('galley_batch_rows_count 0');
  await server.activate({ version: 2 });
  await predict(server.url, { row: ridersRow }).then(({ body }) => finished.push(body.version));
  const { status, body } = await large;
  expect(status).toBe(200);
  expect(new Set(body.predictions.map(({ prediction }: { prediction: number }) => prediction))).toEqual(new Set([137]));
  expect(finished).toEqual([2, 1]);
});

test('a version that cannot be loaded leaves the one before in place', async () => {
  const server = await runningServer();
  await expect(server.activate({ version: 9 })).rejects.toMatchObject({ code: 'serving.unknown_version' });
  const broken = temporaryFolder();
  await expect(server.activate({ version: 3, versions: [{ version: 3, folder: broken }] })).rejects.toMatchObject({
    code: 'serving.model_unreadable',
  });
  expect((await predict(server.url, { row: ridersRow })).body).toMatchObject({ version: 1, prediction: 137 });
  await server.activate({ version: 3, versions: [{ version: 3, folder: modelFolder('riders-2') }] });
  expect((await predict(server.url, { row: ridersRow })).body).toMatchObject({ version: 3, prediction: 177 });
});
