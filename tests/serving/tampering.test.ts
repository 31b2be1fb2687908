import { generateKeyPairSync } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contentHash } from '../../engine/base/canonical-json.ts';
import { publicPem, signFiles } from '../../engine/base/model-signature.ts';
import type { ServedVersion } from '../../engine/contract/serving.ts';
import { loadModel } from '../../engine/serving/model.ts';
import { changeByte } from '../support/change-byte.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { modelFolder, predict, ridersConfig, ridersRow, runningServer } from './running-server.ts';

const hexOf = (content: string | Uint8Array) => contentHash(content).slice('sha256:'.length);

/** A copy of riders-1 with a golden set and a manifest over all three. */
function versionFolder(): { folder: string; manifest: string } {
  const folder = temporaryFolder();
  cpSync(modelFolder('riders-1'), folder, { recursive: true });
  writeFileSync(join(folder, 'golden.json'), '{"format":1}');
  const files = ['golden.json', 'model.onnx', 'signature.json'].map((name) => {
    const content = readFileSync(join(folder, name));
    return { name, sha256: hexOf(content), bytes: content.length };
  });
  const text = JSON.stringify({ format: 1, model: 'riders', version: 1, files });
  writeFileSync(join(folder, 'manifest.json'), text);
  return { folder, manifest: hexOf(text) };
}

function filesOf(folder: string): Extract<ServedVersion, { files: unknown }> {
  const names = readdirSync(folder);
  const files = names.map((name) => {
    const path = join(folder, name);
    return { name, path, sha256: hexOf(readFileSync(path)) };
  });
  return { version: 1, files };
}

const load = (served: ServedVersion) => loadModel(served, () => ({ rows: 8 }));

test('a version whose files are what they must be is loaded, by its manifest or by a list', async () => {
  const { folder, manifest } = versionFolder();
  for (const served of [{ version: 1, folder }, { version: 1, folder, manifest }, filesOf(folder)]) {
    const model = await load(served);
    expect(model.signature.target).toBe('riders');
    await model.release();
  }
});

test.each(['model.onnx', 'signature.json', 'golden.json'])('one other bit in %s is found', async (file) => {
  const { folder, manifest } = versionFolder();
  const listed = filesOf(folder);
  changeByte(join(folder, file));
  for (const served of [{ version: 1, folder }, { version: 1, folder, manifest }, listed]) {
    await expect(load(served)).rejects.toMatchObject({
      code: 'serving.model_tampered',
      message: expect.stringContaining(join(folder, file)),
      details: { file },
    });
  }
});

test('a manifest that is not the one of the config, or is gone where the config has one, is refused', async () => {
  const { folder, manifest } = versionFolder();
  const path = join(folder, 'manifest.json');
  writeFileSync(path, readFileSync(path, 'utf8').replace('riders', 'rivers'));
  await expect(load({ version: 1, folder, manifest })).rejects.toMatchObject({
    code: 'serving.model_tampered',
    details: { file: 'manifest.json', expected: manifest },
  });
  await expect(load({ version: 1, folder: modelFolder('riders-1'), manifest })).rejects.toMatchObject({
    code: 'serving.model_unreadable',
    details: { file: 'manifest.json' },
  });
});

test.each([
  ['no JSON', () => 'manifest'],
  ['a name that leaves the folder', (text: string) => text.replace('golden.json', '../golden.json')],
  ['no model', (text: string) => text.replace('model.onnx', 'other.onnx')],
])('a manifest with %s is refused', async (_, change) => {
  const { folder } = versionFolder();
  const path = join(folder, 'manifest.json');
  writeFileSync(path, change(readFileSync(path, 'utf8')));
  await expect(load({ version: 1, folder })).rejects.toMatchObject({ code: 'serving.model_tampered' });
});

test('a file of the manifest that is gone is named', async () => {
  const { folder } = versionFolder();
  const path = join(folder, 'manifest.json');
  writeFileSync(path, readFileSync(path, 'utf8').replace('golden.json', 'gold.json'));
  await expect(load({ version: 1, folder })).rejects.toMatchObject({
    code: 'serving.model_unreadable',
    details: { file: 'gold.json' },
  });
});

test('where the config has a public key, a file is what its owner signed', async () => {
  const { folder } = versionFolder();
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const served = { version: 1, folder, publicKey: publicPem(privateKey) };
  await expect(load(served)).rejects.toMatchObject({
    code: 'serving.model_unreadable',
    details: { file: 'model.sig' },
  });

  writeFileSync(join(folder, 'model.sig'), signFiles('riders@1', filesOf(folder).files, privateKey));
  await (await load(served)).release();
  const { privateKey: other } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await expect(load({ ...served, publicKey: publicPem(other) })).rejects.toMatchObject({
    code: 'serving.model_tampered',
    details: { file: 'model.sig' },
  });

  changeByte(join(folder, 'golden.json'));
  const content = readFileSync(join(folder, 'golden.json'));
  const manifest = readFileSync(join(folder, 'manifest.json'), 'utf8');
  const { sha256 } = JSON.parse(manifest).files[0];
  writeFileSync(join(folder, 'manifest.json'), manifest.replace(sha256, hexOf(content)));
  await (await load({ version: 1, folder })).release();
  await expect(load(served)).rejects.toMatchObject({
    code: 'serving.model_tampered',
    details: { file: 'golden.json' },
  });
});

test('with a manifest beside the public key, another version that its owner signed is refused', async () => {
  const { folder, manifest } = versionFolder();
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const served = { version: 1, folder, manifest, publicKey: publicPem(privateKey) };
  const sign = () => writeFileSync(join(folder, 'model.sig'), signFiles('riders', filesOf(folder).files, privateKey));
  sign();
  await (await load(served)).release();

  const path = join(folder, 'manifest.json');
  writeFileSync(path, readFileSync(path, 'utf8').replace('"version":1', '"version":2'));
  rmSync(join(folder, 'model.sig'));
  sign();
  await expect(load(served)).rejects.toMatchObject({
    code: 'serving.model_tampered',
    details: { file: 'manifest.json', expected: manifest },
  });
});

test('a server that runs does not go over to a version that was tampered with, and answers on', async () => {
  const server = await runningServer(ridersConfig({ versions: [{ version: 1, folder: modelFolder('riders-1') }] }));
  const { folder } = versionFolder();
  changeByte(join(folder, 'model.onnx'));
  await expect(server.activate({ version: 2, versions: [{ version: 2, folder }] })).rejects.toMatchObject({
    code: 'serving.model_tampered',
  });
  expect((await predict(server.url, { rows: [ridersRow] })).status).toBe(200);
});
