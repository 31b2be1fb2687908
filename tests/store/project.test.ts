import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { acquireLock } from '../../engine/store/lock.ts';
import { createProject, findProject, readProject, synchronisedBy } from '../../engine/store/project.ts';
import { countedIds } from '../support/fixed.ts';
import { temporaryFolder } from '../support/temporary.ts';

test('a project is a folder with a marker; its name comes from the folder', () => {
  const folder = join(temporaryFolder(), 'Chicago 2001 Ridership');
  const project = createProject(folder, countedIds());
  expect(project).toMatchObject({ name: 'chicago-2001-ridership', path: folder });
  expect(readProject(folder)).toEqual(project);
  mkdirSync(join(folder, 'deep', 'down'), { recursive: true });
  expect(findProject(join(folder, 'deep', 'down'))).toBe(folder);
});

test('making it twice, or with a bad name, is refused', () => {
  const folder = temporaryFolder();
  expect(() => createProject(folder, countedIds(), 'No Spaces')).toThrow(
    expect.objectContaining({ code: 'store.invalid_name' }),
  );
  createProject(folder, countedIds());
  expect(() => createProject(folder, countedIds())).toThrow(
    expect.objectContaining({ code: 'store.already_a_project' }),
  );
});

test('a folder that nobody can write is refused', ({ skip }) => {
  if (process.platform !== 'linux') skip('needs /proc');
  expect(() => createProject('/proc/galley/project', countedIds())).toThrow(
    expect.objectContaining({ code: 'store.not_writable' }),
  );
});

test('a folder that is none, and a newer format, are refused untouched', () => {
  const folder = temporaryFolder();
  expect(() => readProject(folder)).toThrow(expect.objectContaining({ code: 'store.not_a_project' }));
  const newer = '{"format":2,"id":"prj_1","name":"later"}';
  writeFileSync(join(folder, 'project.json'), newer);
  expect(() => readProject(folder)).toThrow(
    expect.objectContaining({ code: 'store.newer_format', details: { found: 2, known: 1 } }),
  );
  expect(readFileSync(join(folder, 'project.json'), 'utf8')).toBe(newer);
});

test.each(['', '{"format":', 'null', '{"format":1}'])('a folder whose marker reads %j is refused', (marker) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'project.json'), marker);
  expect(() => readProject(folder)).toThrow(expect.objectContaining({ code: 'store.not_a_project' }));
});

test('a second engine waits, is told for whom, and is refused', async () => {
  const folder = temporaryFolder();
  createProject(folder, countedIds());
  writeFileSync(
    join(folder, 'run', 'engine.json'),
    JSON.stringify({ pid: 4711, startedAt: '2025-01-01T00:00:00.000Z' }),
  );
  const first = await acquireLock(folder, 0, () => {});
  const messages: string[] = [];
  await expect(acquireLock(folder, 250, (message) => messages.push(message))).rejects.toMatchObject({
    code: 'store.locked',
  });
  expect(messages).toEqual([
    'Waiting for the engine with process id 4711, running since 2025-01-01T00:00:00.000Z, which has the project open.',
  ]);
  first.release();
  const second = await acquireLock(folder, 0, () => {});
  second.release();
});

test.each([
  ['/home/ada/Dropbox/models', 'Dropbox'],
  ['C:\\Users\\ada\\OneDrive - Work\\models', 'OneDrive'],
  ['/home/ada/models', undefined],
])('%s is kept by %s', (path, service) => {
  expect(synchronisedBy(path)).toBe(service);
});
