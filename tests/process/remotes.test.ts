import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { hashFile } from '../../engine/base/hash-file.ts';
import { type RunningEngine, startEngine } from '../support/engine.ts';
import { noObjectServer, type ObjectServer, objectServerProgram, startObjectServer } from '../support/object-server.ts';
import { hasSshServer, noSshServer, type SshServer, startSshServer } from '../support/ssh-server.ts';
import { temporaryFolder } from '../support/temporary.ts';

type Settings = Record<string, string>;
interface Moved {
  versions: { version: string; identity: string }[];
  files: number;
  bytes: number;
  warnings: { code: string }[];
}
interface Added {
  version: number;
  identity: string;
}

let ssh: SshServer | undefined;
let objects: ObjectServer | undefined;
let places = 0;

beforeAll(async () => {
  if (hasSshServer) ssh = await startSshServer();
  if (objectServerProgram()) objects = await startObjectServer();
});

afterAll(async () => {
  await ssh?.stop();
  await objects?.stop();
});

/** The settings of a new, empty remote of that kind; a reason where there can be none. */
function newRemote(kind: 'folder' | 'ssh' | 's3'): Settings | string {
  places++;
  switch (kind) {
    case 'folder':
      return { address: temporaryFolder() };
    case 'ssh': {
      if (!ssh) return noSshServer;
      const { address, folder, keyFile, hostKey } = ssh;
      return { address: `${address}${folder}/team ${places}`, keyFile, hostKey };
    }
    case 's3': {
      if (!objects) return noObjectServer;
      const { endpoint, bucket, accessKey, secretKey } = objects.settings;
      return {
        address: `s3://${bucket}/team ${places}`,
        endpoint,
        accessKey: accessKey as string,
        secret: secretKey as string,
      };
    }
  }
}

async function openProject(settings: Settings, path = join(temporaryFolder(), 'project')): Promise<RunningEngine> {
  const engine = await startEngine(path);
  await engine.call('data.addRemote', { name: 'team', ...settings });
  return engine;
}

const add = (engine: RunningEngine, text: string, options = {}) =>
  engine.result<Added>('data.addText', { name: 'sales', fileName: 'sales.csv', text, ...options });
const push = (engine: RunningEngine) => engine.result<Moved>('data.push', {});
const pull = (engine: RunningEngine) => engine.result<Moved>('data.pull', {});

async function rowsOf(engine: RunningEngine, reference: string, offset = 0): Promise<unknown[][]> {
  const { rows } = await engine.call<{ rows: unknown[][] }>('data.rows', { reference, offset, limit: 100 });
  return rows;
}

test.for(['folder', 'ssh', 's3'] as const)(
  'two projects share versions through a remote: %s',
  async (kind, context) => {
    const settings = newRemote(kind);
    if (typeof settings === 'string') return context.skip(settings);
    const [ada, bob] = [await openProject(settings), await openProject(settings)];

    const first = await add(ada, 'n,t\n1,a\n2,\n');
    const second = await add(ada, 'n,t\n3,c\n', { append: true });
    expect(await push(ada)).toMatchObject({ files: 2, versions: [{ version: 'sales@1' }, { version: 'sales@2' }] });
    expect(await push(ada)).toMatchObject({ files: 0, bytes: 0, versions: [] });

    const pulled = await pull(bob);
    expect(pulled.versions.map(({ identity }) => identity)).toEqual([first.identity, second.identity]);
    expect(await rowsOf(bob, 'sales@1')).toEqual(await rowsOf(ada, 'sales@1'));
    expect(await rowsOf(bob, 'sales@2')).toEqual([
      [1, 'a'],
      [2, null],
      [3, 'c'],
    ]);

    const third = await add(bob, 'n,t\n4,d\n', { append: true });
    expect(third.version).toBe(3);
    expect(await push(bob)).toMatchObject({ files: 1, versions: [{ version: 'sales@3', identity: third.identity }] });
    expect(await statusOf(ada)).toEqual([{ name: 'sales', here: 2, there: 3, toPush: 0, toPull: 1 }]);
    expect(await pull(ada)).toMatchObject({ files: 1, versions: [{ version: 'sales@3', identity: third.identity }] });

    const lines = Array.from({ length: 500 }, (_, row) => `${row},row ${row}`);
    await add(ada, `n,t\n${lines.join('\n')}\n`);
    const edited = lines.map((line, row) => (row === 250 ? '250,edited' : line));
    const fifth = await add(ada, `n,t\n${edited.join('\n')}\n`);
    await push(ada);
    expect((await pull(bob)).versions.at(-1)).toEqual({ version: 'sales@5', identity: fifth.identity });
    expect((await rowsOf(bob, 'sales@5', 250))[0]).toEqual([250, 'edited']);
    expect(await ada.call('project.verify', {})).toMatchObject({ ok: true });
  },
);

async function statusOf(engine: RunningEngine): Promise<unknown> {
  const { datasets } = await engine.result<{ datasets: unknown }>('data.remoteStatus', {});
  return datasets;
}

test('two who worked apart keep all their versions, whatever their numbers', async () => {
  const settings = newRemote('folder') as Settings;
  const [ada, bob] = [await openProject(settings), await openProject(settings)];
  await add(ada, 'n\n1\n');
  await push(ada);
  await pull(bob);
  const adas = await add(ada, 'n\n2\n', { append: true });
  const bobs = await add(bob, 'n\n3\n', { append: true });
  await push(ada);

  const pulled = await pull(bob);
  expect(pulled.warnings).toMatchObject([{ code: 'data.pulled_under_another_number' }]);
  expect(pulled.versions).toEqual([{ version: 'sales@3', identity: adas.identity }]);
  expect(await rowsOf(bob, 'sales@2')).toEqual([[1], [3]]);
  await push(bob);
  expect(await pull(ada)).toMatchObject({ versions: [{ version: 'sales@3', identity: bobs.identity }] });
  expect(await rowsOf(ada, `sales@${bobs.identity}`)).toEqual(await rowsOf(bob, `sales@${bobs.identity}`));
});

test('a dataset whose name is taken comes under another one; an unknown name is refused', async () => {
  const settings = newRemote('folder') as Settings;
  const [ada, bob] = [await openProject(settings), await openProject(settings)];
  await add(ada, 'n\n1\n');
  await add(bob, 'other\nx\n');
  await push(ada);
  const pulled = await bob.result<Moved>('data.pull', { datasets: ['sales'] });
  expect(pulled.warnings).toMatchObject([{ code: 'data.pulled_under_another_name' }]);
  expect(await rowsOf(bob, 'sales-team')).toEqual([[1]]);
  expect(await rowsOf(bob, 'sales')).toEqual([['x']]);
  await expect(bob.result('data.pull', { datasets: ['salse'] })).rejects.toMatchObject({
    code: 'data.unknown_dataset',
    message: expect.stringContaining('sales'),
  });
});

test('a folder with other things, an unknown host and a wrong key are refused', async (context) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'letter.txt'), 'Dear …');
  const ada = await openProject({ address: folder });
  await add(ada, 'n\n1\n');
  await expect(push(ada)).rejects.toMatchObject({ code: 'data.not_a_remote' });
  expect(readdirSync(folder)).toEqual(['letter.txt']);
  await expect(ada.call('data.addRemote', { name: 'team', address: folder })).rejects.toMatchObject({
    code: 'data.remote_exists',
  });

  const settings = newRemote('ssh');
  if (typeof settings === 'string') return context.skip(settings);
  const { hostKey, ...stranger } = settings;
  await ada.call('data.addRemote', { name: 'stranger', ...stranger });
  await expect(ada.result('data.push', { remote: 'stranger' })).rejects.toMatchObject({
    code: 'data.remote_unknown_host',
    details: { fingerprint: hostKey },
  });
  const { keyFile } = await strangersKey();
  await ada.call('data.addRemote', { name: 'refused', ...settings, keyFile });
  await expect(ada.result('data.push', { remote: 'refused' })).rejects.toMatchObject({ code: 'data.remote_refused' });
});

/** A key that no server knows. */
async function strangersKey(): Promise<{ keyFile: string }> {
  const other = await startSshServer();
  onTestFinished(() => other.stop());
  return other;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

test('nothing damaged or forged is taken over', async () => {
  const { address = '' } = newRemote('folder') as Settings;
  const [ada, bob] = [await openProject({ address }), await openProject({ address })];
  await add(ada, 'n,t\n1,a\n2,b\n');
  await push(ada);
  const blob = filesBelow(join(address, 'blobs'))[0] as string;
  const record = filesBelow(join(address, 'datasets')).find((path) => path.includes('versions')) as string;
  const [wholeBlob, wholeRecord] = [readFileSync(blob), readFileSync(record, 'utf8')];
  const refused = async (change: () => void) => {
    change();
    await expect(pull(bob)).rejects.toMatchObject({ code: 'data.remote_damaged' });
    expect(await bob.call('data.list', {})).toMatchObject({ datasets: [] });
    writeFileSync(blob, wholeBlob);
    writeFileSync(record, wholeRecord);
  };
  const forged = (change: (record: { manifest: Record<string, unknown> & { base: object } }) => void) => () => {
    const changed = JSON.parse(wholeRecord);
    change(changed);
    writeFileSync(record, JSON.stringify(changed));
  };
  await refused(() => writeFileSync(blob, Buffer.concat([wholeBlob.subarray(0, -1), Buffer.of(7)])));
  await refused(() => writeFileSync(blob, wholeBlob.subarray(0, 100)));
  await refused(() => writeFileSync(record, wholeRecord.slice(0, 200)));
  await refused(forged(({ manifest }) => Object.assign(manifest, { identity: `sha256:${'0'.repeat(64)}` })));
  await refused(forged(({ manifest }) => Object.assign(manifest, { rows: 3 })));
  await refused(forged(({ manifest }) => Object.assign(manifest.base, { blob: '../../../../etc/passwd' })));
  await refused(
    forged(({ manifest }) =>
      Object.assign(manifest, {
        schema: [
          { name: 'n', type: 'int64' },
          { name: `t') FROM read_csv('/etc/passwd')`, type: 'text' },
        ],
      }),
    ),
  );
  expect(await pull(bob)).toMatchObject({ versions: [{ version: 'sales@1' }] });
});

/** A table whose Parquet file is about as large as its text: nothing in it repeats. */
function incompressible(rows: number): string {
  const lines = Array.from({ length: rows }, () => randomBytes(48).toString('base64'));
  return `text\n${lines.join('\n')}\n`;
}

async function addLarge(engine: RunningEngine, rows: number): Promise<Added> {
  const path = join(temporaryFolder(), 'large.csv');
  writeFileSync(path, incompressible(rows));
  return engine.result<Added>('data.add', { name: 'large', files: [path] });
}

test('a pull goes on where a broken one stopped, and forgets what was broken itself', async () => {
  const { address = '' } = newRemote('folder') as Settings;
  const path = join(temporaryFolder(), 'project');
  const [ada, bob] = [await openProject({ address }), await openProject({ address }, path)];
  await addLarge(ada, 20_000);
  await push(ada);
  const blob = filesBelow(join(address, 'blobs'))[0] as string;
  const hash = await hashFile(blob);
  const part = join(path, 'run', 'pull', 'parts-1', `${hash}.part`);
  mkdirSync(dirname(part), { recursive: true });
  appendFileSync(part, Buffer.alloc(5000, 1));
  await expect(pull(bob)).rejects.toMatchObject({ code: 'data.remote_damaged' });
  expect(existsSync(part)).toBe(false);
  appendFileSync(part, readFileSync(blob).subarray(0, 500_000));
  expect(await pull(bob)).toMatchObject({ versions: [{ version: 'large@1' }] });
  expect(existsSync(part)).toBe(false);
});

test('killed in the middle of a push or a pull, both projects and the remote stay whole', async () => {
  const { address = '' } = newRemote('folder') as Settings;
  const paths = [join(temporaryFolder(), 'ada'), join(temporaryFolder(), 'bob')] as const;
  let ada = await openProject({ address }, paths[0]);
  const added = await addLarge(ada, 200_000);
  for (const wait of [20, 120, 220]) {
    await ada.call('data.push', {});
    await sleep(wait);
    await ada.kill('SIGKILL');
    for (const record of filesBelow(address).filter((file) => file.includes('versions'))) {
      const { manifest } = JSON.parse(readFileSync(record, 'utf8')) as { manifest: { base: { blob: string } } };
      const hex = manifest.base.blob.slice(7);
      expect(await hashFile(join(address, 'blobs', hex.slice(0, 2), hex.slice(2)))).toBe(hex);
    }
    ada = await startEngine(paths[0]);
    expect(await ada.call('project.verify', {})).toMatchObject({ ok: true });
  }
  await push(ada);
  let bob = await openProject({ address }, paths[1]);
  for (const wait of [20, 120, 220]) {
    await bob.call('data.pull', {});
    await sleep(wait);
    await bob.kill('SIGKILL');
    bob = await startEngine(paths[1]);
    expect(await bob.call('project.verify', {})).toMatchObject({ ok: true });
  }
  await pull(bob);
  expect(await bob.call('data.list', {})).toMatchObject({ datasets: [{ latest: { identity: added.identity } }] });
});

test('a full disk on either side stops the copy and leaves nothing half', async (context) => {
  const small = temporaryFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', small], { stdio: 'pipe' });
  } catch {
    return context.skip('a small tmpfs can be mounted by root on Linux only');
  }
  onTestFinished(() => void execFileSync('umount', ['--lazy', small]));
  const { address = '' } = newRemote('folder') as Settings;
  const ada = await openProject({ address });
  await ada.call('data.addRemote', { name: 'small', address: small });
  await addLarge(ada, 100_000);
  await expect(ada.result('data.push', { remote: 'small' })).rejects.toMatchObject({
    code: 'data.remote_unreachable',
    message: expect.stringContaining('full'),
  });
  expect(filesBelow(small).map((path) => path.slice(small.length + 1))).toEqual(['galley-remote.json']);
  await ada.result('data.push', { remote: 'team' });

  const bob = await openProject({ address }, join(small, 'bob'));
  await expect(pull(bob)).rejects.toMatchObject({ code: 'store.disk_full' });
  expect(await bob.call('data.list', {})).toMatchObject({ datasets: [] });
  expect(await bob.call('project.verify', {})).toMatchObject({ ok: true });
});
