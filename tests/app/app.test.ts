import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { App } from '../../engine/app.ts';
import { temporaryFolder } from '../support/temporary.ts';

async function openApp(projectPath: string): Promise<App> {
  const app = await App.open({ projectPath, create: true, lockWaitMilliseconds: 0 });
  onTestFinished(() => app.close().catch(() => {}));
  return app;
}

test('a call is known by its name, its input checked without coercion', async () => {
  const app = await openApp(join(temporaryFolder(), 'project'));
  expect(await app.call('data.list', {})).toEqual({ datasets: [] });
  await expect(app.call('data.burn', {})).rejects.toMatchObject({ code: 'call.unknown' });
  await expect(app.call('data.rows', { reference: 'sales', offset: '0', limit: 10 })).rejects.toMatchObject({
    code: 'call.invalid_input',
    message: expect.stringContaining('offset must be a whole number'),
  });
  await expect(app.call('data.list', { extra: 1 })).rejects.toMatchObject({ code: 'call.invalid_input' });
});

test('a project whose database is gone is refused, and its files stay', async () => {
  const projectPath = join(temporaryFolder(), 'project');
  const app = await openApp(projectPath);
  const { hash } = app.context.blobs.put('a model of weeks');
  const path = app.context.blobs.path(hash);
  await app.close();
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(projectPath, `galley.db${suffix}`), { force: true });
  await expect(App.open({ projectPath, lockWaitMilliseconds: 0 })).rejects.toMatchObject({
    code: 'store.damaged_database',
  });
  expect(readFileSync(path, 'utf8')).toBe('a model of weeks');
});

test('two apps on one project are one too many; after the first has closed the second opens', async () => {
  const projectPath = join(temporaryFolder(), 'project');
  const first = await openApp(projectPath);
  await expect(App.open({ projectPath, lockWaitMilliseconds: 50 })).rejects.toMatchObject({ code: 'store.locked' });
  await first.close();
  const second = await openApp(projectPath);
  expect(await second.call('project.verify', {})).toMatchObject({ ok: true });
});
