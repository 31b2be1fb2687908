import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BlobStore } from '../../engine/store/blobs.ts';
import { Database } from '../../engine/store/database.ts';
import { fixedClock } from '../support/fixed.ts';
import { temporaryFolder } from '../support/temporary.ts';

function openStore() {
  const folder = temporaryFolder();
  const database = new Database(join(folder, 'galley.db'));
  database.migrate();
  return { folder, database, blobs: new BlobStore(join(folder, 'blobs'), database, fixedClock()) };
}

const helloHash = 'sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';

test('an adopted file stands under its hash, once', async () => {
  const { folder, blobs } = openStore();
  for (const name of ['one', 'two']) {
    writeFileSync(join(folder, name), 'hello');
    expect(await blobs.adopt(join(folder, name))).toEqual({ hash: helloHash, bytes: 5 });
    expect(existsSync(join(folder, name))).toBe(false);
  }
  expect(readFileSync(blobs.path(helloHash), 'utf8')).toBe('hello');
});

test('a changed and a missing blob are found', async () => {
  const { blobs } = openStore();
  const whole = blobs.put('hello');
  const damaged = blobs.put('world');
  expect((await blobs.verify()).problems).toEqual([]);
  writeFileSync(blobs.path(damaged.hash), 'w0rld');
  expect(await blobs.verify()).toMatchObject({ blobs: 2, bytes: 10, problems: [{ code: 'store.damaged_blob' }] });
  const gone = 'sha256:00';
  expect(() => blobs.path(gone)).toThrow(expect.objectContaining({ code: 'store.missing_blob' }));
  expect(whole.hash).toBe(helloHash);
});

test('what was adopted but never taken into use, and what was forgotten, is swept', async () => {
  const { folder, database, blobs } = openStore();
  const kept = blobs.put('hello');
  writeFileSync(join(folder, 'staged'), 'not committed');
  const adopted = await blobs.adopt(join(folder, 'staged'));
  const forgotten = blobs.put('no longer');
  blobs.forget(forgotten.hash);
  expect(await blobs.verify()).toMatchObject({ blobs: 1, problems: [] });
  expect(blobs.sweep(), 'what is about to be taken into use stays').toBe(1);
  expect(existsSync(blobs.path(adopted.hash))).toBe(true);
  expect(new BlobStore(join(folder, 'blobs'), database, fixedClock()).sweep(), 'at the next opening').toBe(1);
  expect(existsSync(blobs.path(kept.hash))).toBe(true);
  for (const { hash } of [adopted, forgotten]) {
    expect(() => blobs.path(hash)).toThrow(expect.objectContaining({ code: 'store.missing_blob' }));
  }
  blobs.put('no longer');
  expect(blobs.sweep()).toBe(0);
});

test('what is held stays until the work is done, whoever sweeps meanwhile', async () => {
  const { blobs } = openStore();
  const { hash } = blobs.put('hello');
  await blobs.hold([hash], async () => {
    blobs.forget(hash);
    expect(blobs.sweep()).toBe(0);
    expect(existsSync(blobs.path(hash))).toBe(true);
  });
  expect(blobs.isForgotten(hash)).toBe(true);
  expect(blobs.sweep()).toBe(1);
  expect(blobs.isForgotten(hash)).toBe(false);
});

test('a file that no row names, as after an older database came back, is never removed', () => {
  const { folder, blobs } = openStore();
  const unknown = join(folder, 'blobs', 'ab', 'd'.repeat(62));
  mkdirSync(join(folder, 'blobs', 'ab'), { recursive: true });
  writeFileSync(unknown, 'from a newer database');
  expect(blobs.sweep()).toBe(0);
  expect(existsSync(unknown)).toBe(true);
});

test('what the system or a person put among the blobs does no harm and stays', () => {
  const { folder, blobs } = openStore();
  const foreign = ['.DS_Store', join('ab', 'desktop.ini'), join('ab', 'folder'), join('mine', 'notes.txt')];
  for (const name of ['ab/folder', 'mine']) mkdirSync(join(folder, 'blobs', name), { recursive: true });
  for (const name of foreign.filter((each) => !each.endsWith('folder'))) writeFileSync(join(folder, 'blobs', name), '');
  expect(blobs.sweep()).toBe(0);
  for (const name of foreign) expect(existsSync(join(folder, 'blobs', name)), name).toBe(true);
});

test('only what nothing refers to is released', () => {
  const { database, blobs } = openStore();
  const [used, referred, stored, free] = ['a', 'b', 'c', 'd'].map((text) => blobs.put(text).hash) as [
    string,
    string,
    string,
    string,
  ];
  database.run("INSERT INTO uses VALUES ('dataset_version', 'dsv_1', 'a@1', 'blob', ?)", used);
  database.run("INSERT INTO kept_diffs VALUES ('sha256:1', 'sha256:2', '[]', '{}', ?, 0)", referred);
  database.run("INSERT INTO datasets (id, name, key_columns, created_at) VALUES ('ds_1', 'a', '[]', 0)");
  database.run(
    `INSERT INTO dataset_versions (id, dataset_id, number, identity, rows, rows_added, manifest, columns, profile, created_at)
     VALUES ('dsv_1', 'ds_1', 1, 'sha256:3', 1, 1, ?, '[]', '[]', 0)`,
    JSON.stringify({ base: { blob: stored } }),
  );
  blobs.release(used, referred, stored, free);
  expect(blobs.sweep()).toBe(1);
  for (const hash of [used, referred, stored]) expect(existsSync(blobs.path(hash))).toBe(true);
  expect(() => blobs.path(free)).toThrow(expect.objectContaining({ code: 'store.missing_blob' }));
});
