import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { EngineEvent } from '../../../engine/contract/events.ts';
import { createSources } from '../../../engine/data/connections/sources.ts';
import { DataStore } from '../../../engine/data/store.ts';
import { type DataProject, dataProject } from '../../support/data-project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** A watched dataset whose watcher looks when the test says so. */
async function watched(path: string, options: { glob?: string } = {}) {
  const project = dataProject();
  await project.add({ name: 'sales', files: [path], ...options });
  return { project, ...watcherOf(project) };
}

function watcherOf(project: DataProject) {
  const store = new DataStore(project.context.database);
  const { watcher, view } = createSources(project.context, store);
  const clock = project.context.clock as unknown as { advance(milliseconds: number): void };
  const state = () => view('sales')?.watch;
  const rows = () => store.latest(store.dataset('sales') as NonNullable<ReturnType<DataStore['dataset']>>)?.rows;
  /** Looks as the timer would, after some time; waits for the version that comes of it. */
  const look = async (milliseconds = 2000) => {
    clock.advance(milliseconds);
    await watcher.look();
    await expect.poll(state).not.toBe('importing');
  };
  return { watcher, state, rows, look };
}

function csv(rows: number): string {
  return `id\n${Array.from({ length: rows }, (_, index) => index).join('\n')}\n`;
}

function file(rows = 1): string {
  const path = join(temporaryFolder(), 'sales.csv');
  writeFileSync(path, csv(rows));
  return path;
}

test('a file that changed and has stopped growing becomes a version', async () => {
  const path = file();
  const { watcher, look, rows, state } = await watched(path);
  await watcher.switch('sales', true);
  await look();
  expect([rows(), state()]).toEqual([1, 'watching']);
  appendFileSync(path, '1\n');
  await look();
  expect([rows(), state()]).toEqual([1, 'settling']);
  appendFileSync(path, '2\n');
  await look();
  expect([rows(), state()]).toEqual([1, 'settling']);
  await look(1999);
  expect(state()).toBe('settling');
  await look(1);
  expect([rows(), state()]).toEqual([3, 'watching']);
});

test('without the switch nothing happens, and it can be switched off', async () => {
  const path = file();
  const { watcher, look, rows, state } = await watched(path);
  writeFileSync(path, csv(5));
  for (let times = 0; times < 3; times++) await look();
  expect([rows(), state()]).toEqual([1, 'off']);
  await watcher.switch('sales', true);
  await watcher.switch('sales', false);
  for (let times = 0; times < 3; times++) await look();
  expect(rows()).toBe(1);
});

test('what changed while no engine ran is found by the next one', async () => {
  const path = file();
  const first = await watched(path);
  await first.watcher.switch('sales', true);
  await first.project.close();
  writeFileSync(path, csv(4));
  const { look, rows } = watcherOf(dataProject('here', { path: first.project.context.project.path }));
  await look();
  await look();
  expect(rows()).toBe(4);
});

test('a file that is gone is told and waited for; one that is replaced is read', async () => {
  const path = file();
  const { watcher, look, rows, state } = await watched(path);
  await watcher.switch('sales', true);
  rmSync(path);
  await look();
  expect([rows(), state()]).toEqual([1, 'missing']);
  const next = `${path}.next`;
  writeFileSync(next, csv(2));
  renameSync(next, path);
  await look();
  await look();
  expect([rows(), state()]).toEqual([2, 'watching']);
});

test('a broken file leaves the version, is told once, and is tried again when it changes', async () => {
  const path = file();
  const { project, watcher, look, rows, state } = await watched(path);
  const told: EngineEvent[] = [];
  project.context.events.listen((event) => {
    if (event.type === 'source.failed') told.push(event);
  });
  await watcher.switch('sales', true);
  writeFileSync(path, 'id\n"never closed\n');
  for (let times = 0; times < 5; times++) await look();
  expect([rows(), state()]).toEqual([1, 'failed']);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatchObject({ dataset: 'sales', title: expect.stringContaining('keeps its version') });
  const { source } = (await project.data.handlers.show({ reference: 'sales' })).lineage;
  expect(source?.error).toMatchObject({ code: 'data.unterminated_quote' });
  writeFileSync(path, csv(3));
  await look();
  await look();
  expect([rows(), state()]).toEqual([3, 'watching']);
});

test('a file that was touched and holds the same rows makes no version', async () => {
  const path = file();
  const { project, watcher, look, state } = await watched(path);
  await watcher.switch('sales', true);
  writeFileSync(path, 'id\r\n0\r\n');
  await look();
  await look();
  expect(state()).toBe('watching');
  expect((await project.data.handlers.show({ reference: 'sales' })).versions).toHaveLength(1);
});

test('a folder gets new files', async () => {
  const folder = join(temporaryFolder(), 'months');
  mkdirSync(folder);
  writeFileSync(join(folder, '01.csv'), csv(1));
  const { watcher, look, rows } = await watched(folder, { glob: '*.csv' });
  await watcher.switch('sales', true);
  writeFileSync(join(folder, 'notes.md'), 'no table');
  writeFileSync(join(folder, '02.csv'), csv(2));
  await look();
  await look();
  expect(rows()).toBe(3);
});

test('pasted text has nothing to watch; appended files leave the source as it was', async () => {
  const path = file();
  const { project, watcher, look, rows } = await watched(path);
  const more = join(temporaryFolder(), 'more.csv');
  writeFileSync(more, 'id\n7\n');
  await project.add({ name: 'sales', files: [more], append: true });
  await watcher.switch('sales', true);
  writeFileSync(path, csv(4));
  await look();
  await look();
  expect(rows()).toBe(4);
  const { handlers } = project.data;
  await project.result(handlers.addText({ name: 'sales', text: csv(1), fileName: 'pasted.csv' }));
  await expect(handlers.watch({ name: 'sales', on: true })).rejects.toMatchObject({ code: 'data.no_source' });
});
