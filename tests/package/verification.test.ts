import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { App } from '../../engine/app.ts';
import { keyIdOf, SignatureFault, verifySignature } from '../../engine/base/model-signature.ts';
import type { ModelSummary } from '../../engine/contract/package.ts';
import type { Verification } from '../../engine/contract/package-verification.ts';
import type { FolderFile } from '../../engine/package/index.ts';
import { changeByte } from '../support/change-byte.ts';
import { checkoutFolder } from '../support/needs.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { openEarlierProject } from './open-earlier-project.ts';

const reference = 'species@1';
const fixtures = join(checkoutFolder, 'tests', 'fixtures', 'package');

/** A project with a version, and a home without keys. */
async function openSigner() {
  const home = temporaryFolder();
  vi.stubEnv('GALLEY_HOME', home);
  onTestFinished(() => void vi.unstubAllEnvs());
  const app = await openEarlierProject();
  const { files } = (await app.call('deploy.modelFiles', { reference })) as { files: FolderFile[] };
  return { app, home, files };
}

const verify = (app: App, input: object = {}) =>
  app.call('package.verify', { reference, ...input }) as Promise<Verification>;
const verifyFolder = (app: App, folder: string, input: object = {}) =>
  app.call('package.verifyFolder', { folder, ...input }) as Promise<Verification>;
const sign = (app: App, input: object = {}) =>
  app.call('package.sign', { reference, ...input }) as Promise<{ keyId: string; publicKeyPath: string | null }>;

async function exported(app: App): Promise<string> {
  const folder = temporaryFolder();
  const { files } = (await app.call('deploy.modelFiles', { reference })) as { files: FolderFile[] };
  for (const { name, path } of files) copyFileSync(path, join(folder, name));
  return folder;
}

/** A new private key on a curve, as a file. */
function keyFile(namedCurve = 'P-256'): { privateKey: string; publicKey: string } {
  const folder = temporaryFolder();
  const pair = generateKeyPairSync('ec', { namedCurve });
  const [privateKey, publicKey] = [join(folder, 'key.pem'), join(folder, 'key.pub.pem')];
  writeFileSync(privateKey, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(publicKey, pair.publicKey.export({ type: 'spki', format: 'pem' }));
  return { privateKey, publicKey };
}

test('one other bit in any file of a version is found, in the project and in what was exported', async () => {
  const { app, files } = await openSigner();
  expect(await verify(app)).toMatchObject({ model: 'species', version: 1, ok: true, signature: { state: 'none' } });
  for (const { name, path } of files) {
    const folder = await exported(app);
    const whole = readFileSync(path);
    changeByte(path);
    const found = await verify(app);
    expect(found.ok).toBe(false);
    expect(found.files.filter(({ state }) => state !== 'same')).toMatchObject([{ name, state: 'changed' }]);
    writeFileSync(path, whole);

    expect((await verifyFolder(app, folder)).ok).toBe(true);
    if (name === 'manifest.json') continue;
    changeByte(join(folder, name));
    const inFolder = await verifyFolder(app, folder);
    expect(inFolder.ok).toBe(false);
    expect(inFolder.files.filter(({ state }) => state !== 'same')).toMatchObject([{ name, state: 'changed' }]);
  }
});

test('what is gone is missing; what else lies in a folder is no fault', async () => {
  const { app, files } = await openSigner();
  const folder = await exported(app);
  rmSync(join(folder, 'golden.json'));
  writeFileSync(join(folder, 'notes.txt'), 'mine');
  mkdirSync(join(folder, 'more'));
  const { ok, files: found } = await verifyFolder(app, folder);
  expect(ok).toBe(false);
  expect(found.filter(({ state }) => state !== 'same')).toMatchObject([
    { name: 'golden.json', state: 'missing', found: null },
    { name: 'notes.txt', state: 'extra', sha256: null },
  ]);
  rmSync(files.find(({ name }) => name === 'metrics.json')?.path ?? '');
  expect((await verify(app)).files).toContainEqual(expect.objectContaining({ name: 'metrics.json', state: 'missing' }));
});

test('a version whose model is gone is listed and shown still, and verified as such', async () => {
  const { app, files } = await openSigner();
  const path = files.find(({ name }) => name === 'model.onnx')?.path ?? '';
  rmSync(path);
  const { models } = (await app.call('package.list', {})) as { models: ModelSummary[] };
  expect(models[0]?.versions[0]?.onnx.path).toBe(path);
  await app.call('package.show', { reference });
  const { ok, files: found } = await verify(app);
  expect(ok).toBe(false);
  expect(found.filter(({ state }) => state !== 'same')).toMatchObject([{ name: 'model.onnx', state: 'missing' }]);
});

test('a folder without a manifest that can be read is refused with the reason', async () => {
  const { app } = await openSigner();
  const folder = temporaryFolder();
  await expect(verifyFolder(app, folder)).rejects.toMatchObject({ code: 'package.no_manifest' });
  writeFileSync(join(folder, 'manifest.json'), '{"format": 2, "model": "species", "version": 1, "files": []}');
  await expect(verifyFolder(app, folder)).rejects.toMatchObject({
    code: 'package.no_manifest',
    message: expect.stringContaining('/format'),
  });
});

test.each(['model.onnx', 'signature.json'])('a manifest that leaves out %s vouches for no version', async (left) => {
  const { app } = await openSigner();
  const folder = await exported(app);
  const path = join(folder, 'manifest.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  const files = manifest.files.filter(({ name }: { name: string }) => name !== left);
  writeFileSync(path, JSON.stringify({ ...manifest, files }));
  await expect(verifyFolder(app, folder)).rejects.toMatchObject({
    code: 'package.no_manifest',
    message: `${path} is no manifest of a model version: it does not name ${left}.`,
  });
});

test('a damaged model of a version of before, whose folder was not made yet, is told, and no papers are made of it', async () => {
  const app = await openEarlierProject();
  const [hash] = app.context.database.column<string>('SELECT onnx_hash FROM model_versions');
  const path = app.context.blobs.path(hash as string);
  const whole = readFileSync(path);
  writeFileSync(path, 'no model');
  await expect(verify(app)).rejects.toMatchObject({ code: 'store.damaged_blob', details: { hash } });
  expect(app.context.database.all('SELECT * FROM model_version_files')).toEqual([]);
  writeFileSync(path, whole);
  expect(await verify(app)).toMatchObject({ ok: true });
});

test('a version is signed with the key of this user, made once, that only they can read', async () => {
  const { app, home } = await openSigner();
  const { keyId, publicKeyPath } = await sign(app);
  expect(statSync(join(home, 'signing', 'key.pem')).mode & 0o777).toBe(0o600);
  expect(keyIdOf(createPublicKey(readFileSync(publicKeyPath ?? '')))).toBe(keyId);
  expect(await verify(app)).toMatchObject({ ok: true, signature: { state: 'valid', keyId } });
  expect(await verify(app, { key: publicKeyPath })).toMatchObject({ ok: true, signature: { state: 'valid' } });
  expect(await sign(app)).toMatchObject({ keyId });
  expect(await app.call('project.verify', {})).toMatchObject({ problems: [] });

  const folder = await exported(app);
  expect(await verifyFolder(app, folder)).toMatchObject({ ok: true, signature: { state: 'valid', keyId } });
  vi.stubEnv('GALLEY_HOME', temporaryFolder());
  expect(await verifyFolder(app, folder)).toMatchObject({ ok: true, signature: { state: 'unchecked', keyId } });
  const key = publicKeyPath ?? '';
  expect(await verifyFolder(app, folder, { key })).toMatchObject({ ok: true, signature: { state: 'valid' } });
});

test('a manifest that was made to fit a changed file is found by the signature', async () => {
  const { app } = await openSigner();
  const { privateKey, publicKey } = keyFile();
  await sign(app, { key: privateKey });
  const folder = await exported(app);
  const before = await verifyFolder(app, folder, { key: publicKey });
  changeByte(join(folder, 'metrics.json'));
  const changed = await verifyFolder(app, folder, { key: publicKey });
  const [old, now] = [before, changed].map(({ files }) => files.find(({ name }) => name === 'metrics.json')?.found);
  const manifest = readFileSync(join(folder, 'manifest.json'), 'utf8');
  writeFileSync(join(folder, 'manifest.json'), manifest.replace(old ?? '', now ?? ''));
  expect(await verifyFolder(app, folder)).toMatchObject({ ok: true, signature: { state: 'unchecked' } });
  const found = await verifyFolder(app, folder, { key: publicKey });
  expect(found).toMatchObject({ ok: false, signature: { state: 'invalid' } });
  expect(found.files.every(({ state }) => state === 'same')).toBe(true);
});

test('a key that is asked for must have signed', async () => {
  const { app } = await openSigner();
  const [one, other] = [keyFile(), keyFile('P-384')];
  expect(await verify(app, { key: one.publicKey })).toMatchObject({ ok: false, signature: { state: 'none' } });
  await sign(app, { key: other.privateKey });
  expect(await verify(app, { key: other.publicKey })).toMatchObject({ ok: true });
  expect(await verify(app, { key: one.publicKey })).toMatchObject({ ok: false, signature: { state: 'invalid' } });
  const folder = await exported(app);
  changeByte(join(folder, 'model.sig'));
  expect(await verifyFolder(app, folder, { key: other.publicKey })).toMatchObject({ ok: false });
});

test('a signed version can be deleted for good, and takes its files along', async () => {
  const { app } = await openSigner();
  await sign(app);
  const { files } = (await app.call('deploy.modelFiles', { reference })) as { files: FolderFile[] };
  const { path } = files.find(({ name }) => name === 'model.sig') ?? { path: '' };
  await app.call('package.delete', { reference: 'species' });
  expect(existsSync(path)).toBe(true);
  await app.call('project.gc', {});
  expect(existsSync(path)).toBe(false);
  expect(app.context.database.all('SELECT * FROM model_version_signatures')).toEqual([]);
  expect(await app.call('project.verify', {})).toMatchObject({ problems: [] });
});

test.each([
  ['of another curve', () => keyFile('secp256k1').privateKey],
  ['that is public', () => keyFile().publicKey],
  ['that is gone', () => join(temporaryFolder(), 'key.pem')],
])('a key %s signs nothing', async (_, key) => {
  const { app } = await openSigner();
  await expect(sign(app, { key: key() })).rejects.toMatchObject({ code: 'package.invalid_key' });
  expect(await verify(app)).toMatchObject({ signature: { state: 'none' } });
});

test('a private key is not taken where a public one is asked for', async () => {
  const { app } = await openSigner();
  await expect(verify(app, { key: keyFile().privateKey })).rejects.toMatchObject({ code: 'package.invalid_key' });
});

test('a signature of the reference implementation of OpenSSF Model Signing holds, and not for other bytes', () => {
  const key = createPublicKey(readFileSync(join(fixtures, 'openssf.pub.pem')));
  const bundle = readFileSync(join(fixtures, 'openssf', 'model.sig'), 'utf8');
  const { subject, files } = verifySignature(bundle, key);
  expect(subject).toBe('n');
  expect(files.map(({ name }) => name)).toEqual(['a.txt', 'manifest.json']);
  const envelope = JSON.parse(bundle);
  const payload = Buffer.from(envelope.dsseEnvelope.payload, 'base64').toString('utf8');
  envelope.dsseEnvelope.payload = Buffer.from(payload.replace('a.txt', 'b.txt')).toString('base64');
  expect(() => verifySignature(JSON.stringify(envelope), key)).toThrow(SignatureFault);
  expect(() => verifySignature('{}', key)).toThrow(SignatureFault);
  expect(() => verifySignature('no JSON', key)).toThrow(SignatureFault);
});
