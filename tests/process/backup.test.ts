import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { Job } from '../../engine/contract/jobs.ts';
import { logged, predict } from '../serving/running-server.ts';
import { galley, startEngine } from '../support/engine.ts';
import { temporaryFolder } from '../support/temporary.ts';

const penguin = {
  species: 'Adelie',
  island: 'Torgersen',
  bill_length_mm: 39.1,
  bill_depth_mm: 18.7,
  flipper_length_mm: 181,
  year: 2007,
};

test('a project with a deployment that answers is backed up and comes back with its predictions', async () => {
  const folder = join(temporaryFolder(), 'project');
  const engine = await startEngine(folder);
  await engine.result('data.addSample', { sample: 'penguins' });
  const { runs } = await engine.result<{ runs: { id: string }[] }>('train.run', {
    reference: 'penguins',
    target: 'body_mass_g',
    learners: ['linear'],
    features: Object.keys(penguin),
  });
  await engine.result('package.add', { run: runs[0]?.id, model: 'mass' });
  const { url } = await engine.call<{ url: string }>('deploy.start', { reference: 'mass@1' });
  for (const id of ['a', 'b', 'c']) expect((await predict(url, { row: penguin, id })).status).toBe(200);
  await logged(url, 3);
  const file = join(temporaryFolder(), 'project.tar');
  await engine.result('project.backup', { to: file });
  expect((await predict(url, { row: penguin, id: 'after' })).status).toBe(200);
  await expect(engine.result('project.backup', { to: file })).rejects.toMatchObject({ code: 'project.backup_exists' });
  await engine.kill('SIGTERM');

  const again = join(temporaryFolder(), 'again');
  const restored = await galley<{ files: number }>(['restore', file, '--to', again, '--json']);
  expect(restored).toMatchObject({ code: 0, json: { project: { path: again } } });
  const other = await startEngine(again);
  expect(await other.call('project.verify', {})).toMatchObject({ ok: true, problems: [] });
  const { deployments } = await other.call<{ deployments: { name: string; version: number }[] }>('deploy.list', {});
  expect(deployments).toMatchObject([{ name: 'mass', version: 1 }]);
  const rows = async () =>
    (await other.call<{ traffic: { rows: number } }>('monitor.report', { deployment: 'mass' })).traffic.rows;
  await expect.poll(rows, { timeout: 20_000 }).toBe(3);
  expect(await other.result('train.reproduce', { run: '1' })).toEqual({
    identical: true,
    tolerance: 0,
    differences: [],
  });
});

/** A project with a version of some megabytes. */
async function largeProject() {
  const folder = join(temporaryFolder(), 'project');
  const csv = join(temporaryFolder(), 'rows.csv');
  const rows = Array.from({ length: 150_000 }, (_, row) => `${row},${Math.sin(row)},${Math.cos(row) * row}`);
  writeFileSync(csv, `id,x,y\n${rows.join('\n')}\n`);
  const engine = await startEngine(folder);
  await engine.result('data.add', { name: 'large', files: [csv] });
  await engine.result('data.add', { name: 'large', files: [csv], append: true, force: true });
  return { folder, engine };
}

test('an engine killed during a backup leaves no file', async () => {
  const { engine } = await largeProject();
  const file = join(temporaryFolder(), 'project.tar');
  const { job } = await engine.call<{ job: Job }>('project.backup', { to: file });
  await engine.jobWhere(job.id, ({ state }) => state === 'running');
  await engine.kill('SIGKILL');
  await expect
    .poll(() => readdirSync(dirname(file)).filter((name) => name !== 'project.tar'), { timeout: 10_000 })
    .toEqual([]);
  if (existsSync(file)) {
    expect(await galley(['restore', file, '--to', join(temporaryFolder(), 'whole')])).toMatchObject({ code: 0 });
  }
});

test('an engine killed while the bin is emptied leaves the project whole, and the next one frees the rest', async () => {
  const { folder, engine } = await largeProject();
  await engine.call('data.delete', { reference: 'large@2' });
  void engine.call('project.gc', {}).catch(() => {});
  await engine.kill('SIGKILL');
  const next = await startEngine(folder);
  expect(await next.call('project.verify', {})).toMatchObject({ ok: true, problems: [] });
  await next.call('project.gc', {});
  expect((await next.call<{ items: unknown[] }>('data.bin', {})).items).toEqual([]);
  expect(await next.call('data.rows', { reference: 'large', offset: 299_999, limit: 1 })).toMatchObject({
    total: 150_000,
  });
  const blobs = readdirSync(join(folder, 'blobs'), { recursive: true, withFileTypes: true }).filter((one) =>
    one.isFile(),
  );
  expect(await next.call('project.verify', {})).toMatchObject({ ok: true, blobs: blobs.length });
});
