import { createHash } from 'node:crypto';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import { expect, test } from 'vitest';
import { type BackupInput, runBackupJob } from '../../engine/project/backup/backup-job.ts';
import { runRestoreJob } from '../../engine/project/backup/restore-job.ts';
import { BlobStore } from '../../engine/store/blobs.ts';
import { Database } from '../../engine/store/database.ts';
import { createProject } from '../../engine/store/project.ts';
import { fixedClock } from '../support/fixed.ts';
import { jobContext } from '../support/import-files.ts';
import { temporaryFolder } from '../support/temporary.ts';

const tools = { progress: () => {}, throwIfCanceled: () => {} };

/** A project with two blobs, a log that a server writes, and a recipe. */
function project() {
  const folder = join(temporaryFolder(), 'project');
  createProject(folder, (prefix) => `${prefix}_1`, 'kitchen');
  const database = new Database(join(folder, 'galley.db'));
  database.migrate();
  const blobs = new BlobStore(join(folder, 'blobs'), database, fixedClock());
  const hashes = ['hello', 'world'].map((text) => blobs.put(text).hash);
  const free = blobs.put('no longer');
  blobs.forget(free.hash);
  mkdirSync(join(folder, 'logs', 'dep_1'));
  writeFileSync(join(folder, 'logs', 'dep_1', '1795429924508-2-000001.open'), 'rows');
  mkdirSync(join(folder, 'recipes'));
  writeFileSync(join(folder, 'recipes', 'clean.yaml'), 'format: 1\n');
  mkdirSync(join(folder, 'cache'));
  writeFileSync(join(folder, 'cache', 'made-again'), 'x');
  symlinkSync('/etc/passwd', join(folder, 'logs', 'passwd'));
  return { folder, database, blobs, hashes };
}

function backupInput(folder: string, to: string): BackupInput {
  return {
    folder,
    to,
    version: '1.0.0',
    project: { id: 'prj_1', name: 'kitchen' },
    createdAt: '2026-11-23T00:00:00.000Z',
  };
}

/** A tar file with these entries. */
async function tarOf(
  entries: { name: string; text?: string; type?: 'file' | 'symlink' | 'link' | 'directory'; linkname?: string }[],
): Promise<string> {
  const path = join(temporaryFolder(), 'hostile.tar');
  const archive = pack();
  const written = pipeline(archive, createWriteStream(path));
  for (const { name, text = '', type = 'file', linkname } of entries) {
    archive.entry({ name, type, ...(linkname && { linkname }) }, text);
  }
  archive.finalize();
  await written;
  return path;
}

const listed = (path: string, text = '') => ({
  path,
  bytes: Buffer.byteLength(text),
  sha256: createHash('sha256').update(text).digest('hex'),
});

function manifestOf(files: ReturnType<typeof listed>[]): { name: string; text: string } {
  const needed = [listed('project.json'), listed('galley.db')];
  return {
    name: 'manifest.json',
    text: JSON.stringify({
      format: 1,
      version: '1',
      project: { id: 'prj_1', name: 'x' },
      createdAt: '',
      files: [...needed, ...files],
    }),
  };
}

test('a project comes back as it was, without what is made again, while its database is open', async () => {
  const { folder, hashes } = project();
  const to = join(temporaryFolder(), 'kitchen.tar');
  const { files } = await runBackupJob(backupInput(folder, to), jobContext());
  expect(files).toBe(6);
  const restored = join(temporaryFolder(), 'deep', 'again');
  const answer = await runRestoreJob({ file: to, to: restored }, tools);
  expect(answer).toMatchObject({ project: { id: 'prj_1', name: 'kitchen', path: restored }, files: 6 });
  expect(readFileSync(join(restored, 'logs', 'dep_1', '1795429924508-2-000001.segment'), 'utf8')).toBe('rows');
  expect(readFileSync(join(restored, 'recipes', 'clean.yaml'), 'utf8')).toBe('format: 1\n');
  expect(existsSync(join(restored, 'cache'))).toBe(false);
  expect(existsSync(join(restored, 'logs', 'passwd'))).toBe(false);
  const database = new Database(join(restored, 'galley.db'));
  const blobs = new BlobStore(join(restored, 'blobs'), database, fixedClock());
  expect(hashes.map((hash) => blobs.read(hash).toString())).toEqual(['hello', 'world']);
  expect(await blobs.verify()).toMatchObject({ blobs: 2, problems: [] });
  database.close();
  expect(readdirSync(join(restored, '..'))).toEqual(['again']);
});

test('nothing is written over, and a project with a damaged file gives no backup', async () => {
  const { folder, hashes, blobs } = project();
  const to = join(temporaryFolder(), 'kitchen.tar');
  writeFileSync(to, 'mine');
  await expect(runBackupJob(backupInput(folder, to), jobContext())).rejects.toMatchObject({
    code: 'project.backup_exists',
  });
  expect(readFileSync(to, 'utf8')).toBe('mine');
  writeFileSync(blobs.path(hashes[0] ?? ''), 'hullo');
  const other = join(temporaryFolder(), 'kitchen.tar');
  await expect(runBackupJob(backupInput(folder, other), jobContext())).rejects.toMatchObject({
    code: 'store.damaged_blob',
  });
  expect(readdirSync(join(other, '..'))).toEqual([]);
});

test('a folder that holds something is left alone; what a killed restoring left is not', async () => {
  const { folder } = project();
  const to = join(temporaryFolder(), 'kitchen.tar');
  await runBackupJob(backupInput(folder, to), jobContext());
  const target = join(temporaryFolder(), 'target');
  mkdirSync(target);
  writeFileSync(join(target, 'mine'), '');
  await expect(runRestoreJob({ file: to, to: target }, tools)).rejects.toMatchObject({
    code: 'project.folder_not_empty',
  });
  const other = join(temporaryFolder(), 'other');
  mkdirSync(`${other}.restoring`);
  writeFileSync(join(`${other}.restoring`, '.galley-restoring'), '');
  writeFileSync(join(`${other}.restoring`, 'half'), '');
  await runRestoreJob({ file: to, to: other }, tools);
  expect(readdirSync(other)).not.toContain('half');
  const taken = join(temporaryFolder(), 'taken');
  mkdirSync(`${taken}.restoring`);
  writeFileSync(join(`${taken}.restoring`, 'mine'), '');
  await expect(runRestoreJob({ file: to, to: taken }, tools)).rejects.toMatchObject({
    code: 'project.folder_not_empty',
  });
  await expect(runRestoreJob({ file: join(target, 'none'), to: other }, tools)).rejects.toMatchObject({
    code: 'project.backup_not_found',
  });
  await expect(runRestoreJob({ file: target, to: other }, tools)).rejects.toMatchObject({
    code: 'project.backup_not_found',
    message: `${target} is a folder; a backup is one file.`,
  });
});

test.each([
  ['an empty file', async () => tarOf([])],
  ['another archive', async () => tarOf([{ name: 'readme.txt', text: 'hello' }])],
  ['no archive', async () => fileWith('PK not a tar'.repeat(200))],
  ['a way out of the folder', async () => tarOf([manifestOf([listed('../evil')]), { name: '../evil' }])],
  ['an absolute path', async () => tarOf([manifestOf([listed('/tmp/evil')])])],
  ['a backslash', async () => tarOf([manifestOf([listed('logs\\..\\..\\evil')])])],
  ['a path twice in other letters', async () => tarOf([manifestOf([listed('logs/A'), listed('logs/a')])])],
  ['a file that the manifest does not name', async () => tarOf([manifestOf([]), { name: 'evil', text: 'x' }])],
  ['files of a run', async () => tarOf([manifestOf([listed('run/engine.json')])])],
  [
    'a symbolic link',
    async () => tarOf([manifestOf([listed('logs/x')]), { name: 'logs/x', type: 'symlink', linkname: '/etc' }]),
  ],
  ['a hard link', async () => tarOf([manifestOf([listed('x')]), { name: 'x', type: 'link', linkname: '/etc/passwd' }])],
  ['a larger file than it says', async () => tarOf([manifestOf([listed('x')]), { name: 'x', text: 'more' }])],
  ['other bytes', async () => tarOf([manifestOf([listed('x', 'good')]), { name: 'x', text: 'evil' }])],
  ['a missing file', async () => tarOf([manifestOf([listed('x')]), { name: 'project.json' }, { name: 'galley.db' }])],
])('%s is refused and leaves nothing', async (_, make) => {
  const file = await make();
  const parent = temporaryFolder();
  await expect(runRestoreJob({ file, to: join(parent, 'project') }, tools)).rejects.toMatchObject({
    code: 'project.invalid_backup',
  });
  expect(readdirSync(parent)).toEqual([]);
});

function fileWith(text: string): string {
  const path = join(temporaryFolder(), 'file');
  writeFileSync(path, text);
  return path;
}

test('a backup that was cut short anywhere is refused', async () => {
  const { folder } = project();
  const to = join(temporaryFolder(), 'kitchen.tar');
  await runBackupJob(backupInput(folder, to), jobContext());
  const bytes = readFileSync(to);
  for (const share of [0.01, 0.3, 0.7, 0.95]) {
    const cut = join(temporaryFolder(), 'cut.tar');
    writeFileSync(cut, bytes.subarray(0, Math.floor(bytes.length * share)));
    const parent = temporaryFolder();
    await expect(runRestoreJob({ file: cut, to: join(parent, 'x') }, tools)).rejects.toMatchObject({
      code: 'project.invalid_backup',
    });
    expect(readdirSync(parent)).toEqual([]);
  }
});
