import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ServingConfig } from '../../engine/contract/serving.ts';
import { resolveConfig } from '../../engine/serving/config.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { modelFolder, predict, ridersConfig, ridersRow, runningServer, send } from './running-server.ts';

/** Riders, and beside it spam in a version 3. */
function twoModels(changes: Partial<ServingConfig> = {}): ServingConfig {
  const spam = { model: 'spam', versions: [{ version: 3, folder: modelFolder('spam') }], active: 3 };
  return ridersConfig({ models: [spam], ...changes });
}

const signature = JSON.parse(readFileSync(join(modelFolder('spam'), 'signature.json'), 'utf8'));
const spamRow = Object.fromEntries(
  signature.inputs.map(({ name, example }: { name: string; example?: unknown }) => [name, example ?? 0]),
);

test('each model of a server answers under its name, the first one also without', async () => {
  const { url } = await runningServer(twoModels());
  expect((await predict(url, { row: ridersRow })).body).toMatchObject({ model: 'riders', prediction: 137 });
  const spam = await send(url, { path: '/predict/spam', body: JSON.stringify({ row: spamRow }) });
  expect(spam.body).toMatchObject({ model: 'spam', version: 3, label: expect.any(String) });
  const instances = JSON.stringify({ instances: [spamRow] });
  expect((await send(url, { path: '/v1/models/spam:predict', body: instances })).body.predictions).toEqual([
    expect.objectContaining({ label: spam.body.label }),
  ]);
  const get = async (path: string) => (await send(url, { method: 'GET', path })).body;
  expect((await get('/v2/models/spam')).versions).toEqual(['3']);
  expect((await get('/v2/models/riders')).versions).toEqual(['1']);
  const index = (await send(url, { path: '/v2/repository/index', body: '{}' })).body;
  expect(index.map(({ name }: { name: string }) => name)).toEqual(['riders', 'spam']);
  expect(await send(url, { path: '/predict/other', body: JSON.stringify({ row: spamRow }) })).toMatchObject({
    status: 404,
    body: { error: { code: 'serving.unknown_model', message: 'There is no model other here, only riders, spam.' } },
  });
});

test('each model has a log and labels of its own', async () => {
  const server = await runningServer(twoModels({ logFolder: temporaryFolder() }));
  await predict(server.url, { row: ridersRow });
  await send(server.url, { path: '/predict/spam', body: JSON.stringify({ rows: [spamRow, spamRow] }) });
  const [, label] = signature.classes;
  const labels = JSON.stringify({ labels: [{ row_id: 'one', label }] });
  expect((await send(server.url, { path: '/labels/spam', body: labels })).body).toEqual({ accepted: 1 });
  expect((await send(server.url, { path: '/labels', body: labels })).status).toBe(422);
  const segments = await server.rotate();
  expect(segments).toHaveLength(2);
  expect(segments[1]).toContain(join('models', 'spam'));
  expect(server.status().log).toMatchObject({ enabled: true, writtenRows: 3, lostRows: 0 });
});

test.each<[string, ServingConfig, string]>([
  ['two models of one name', twoModels({ model: 'spam' }), 'serving.invalid_config'],
  [
    'a canary that it does not have',
    ridersConfig({ traffic: { canary: { version: 9, percent: 1 }, shadow: null, bounds: null } }),
    'serving.unknown_version',
  ],
  [
    'a shadow that it does not have',
    ridersConfig({ traffic: { canary: null, shadow: 9, bounds: null } }),
    'serving.unknown_version',
  ],
  [
    'more than all callers for the canary',
    ridersConfig({ traffic: { canary: { version: 2, percent: 101 }, shadow: null, bounds: null } }),
    'serving.invalid_config',
  ],
])('a config with %s is refused', (_, config, code) => {
  expect(() => resolveConfig(config)).toThrow(expect.objectContaining({ code }));
});
