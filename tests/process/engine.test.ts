import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { seededRandom } from '../../engine/base/random.ts';
import type { Job } from '../../engine/contract/jobs.ts';
import { galley, startEngine } from '../support/engine.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** A CSV that takes a second or two to import: numbers, texts and a target that depends on them. */
function writeCsv(folder: string, rows: number): string {
  const path = join(folder, `rows-${rows}.csv`);
  const lines = ['id,amount,group,weight,price'];
  for (let row = 0; row < rows; row++) {
    const amount = (row * 7919) % 1009;
    lines.push(`${row},${amount},g${row % 17},${(row % 101) / 7},${(amount * 0.5 + (row % 13)).toFixed(3)}`);
  }
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

const works = ({ state, progress }: Job) => state === 'running' && progress !== null && progress.phase !== 'starting';
const leftovers = (project: string) =>
  existsSync(join(project, 'run', 'jobs')) ? readdirSync(join(project, 'run', 'jobs')) : [];

test('an engine killed during an import leaves a whole project and an interrupted job', async () => {
  const folder = temporaryFolder();
  const project = join(folder, 'project');
  const file = writeCsv(folder, 200_000);
  const first = await startEngine(project);
  const { job } = await first.call<{ job: Job }>('data.add', { name: 'sales', files: [file] });
  await first.jobWhere(job.id, works);
  await first.kill('SIGKILL');

  const second = await startEngine(project);
  expect(await second.call('jobs.show', { id: job.id })).toMatchObject({
    job: { state: 'interrupted', error: { code: 'job.interrupted' } },
  });
  expect(await second.call('data.list', {})).toEqual({ datasets: [] });
  expect(leftovers(project)).toEqual([]);
  expect(await second.call('project.verify', {})).toMatchObject({ ok: true, problems: [] });
  expect(await second.result('data.add', { name: 'sales', files: [file] })).toMatchObject({
    version: 1,
    rows: 200_000,
    unchanged: false,
  });
});

test('an engine killed during training keeps the data, and the run does not count', async () => {
  const folder = temporaryFolder();
  const project = join(folder, 'project');
  const first = await startEngine(project);
  await first.result('data.add', { name: 'sales', files: [writeCsv(folder, 200_000)] });
  const { job } = await first.call<{ job: Job }>('train.run', {
    reference: 'sales',
    target: 'price',
    learners: ['baseline', 'linear'],
    allowLeak: ['amount'],
  });
  await first.jobWhere(job.id, works);
  await first.kill('SIGKILL');

  const second = await startEngine(project);
  expect(await second.call('jobs.show', { id: job.id })).toMatchObject({ job: { state: 'interrupted' } });
  const { runs } = await second.call<{ runs: { status: string }[] }>('train.list', {});
  expect(runs.filter((run) => run.status === 'succeeded' || run.status === 'running')).toEqual([]);
  expect(leftovers(project)).toEqual([]);
  expect(await second.call('project.verify', {})).toMatchObject({ ok: true });
  expect(
    await second.result('train.run', {
      reference: 'sales',
      target: 'price',
      learners: ['baseline'],
      allowLeak: ['amount'],
    }),
  ).toMatchObject({ runs: [{ status: 'succeeded' }] });
});

test('a job process that is killed takes nothing along', async ({ skip }) => {
  if (process.platform !== 'linux') skip('needs /proc to find the job process');
  const folder = temporaryFolder();
  const engine = await startEngine(join(folder, 'project'));
  const file = writeCsv(folder, 200_000);
  const { job } = await engine.call<{ job: Job }>('data.add', { name: 'sales', files: [file] });
  await engine.jobWhere(job.id, works);
  const children = readFileSync(`/proc/${engine.pid}/task/${engine.pid}/children`, 'utf8').trim().split(' ');
  expect(children).toHaveLength(1);
  process.kill(Number(children[0]), 'SIGKILL');
  expect(await engine.jobWhere(job.id, ({ state }) => state !== 'running')).toMatchObject({
    state: 'failed',
    error: { code: 'job.process_died' },
  });
  expect(await engine.result('data.add', { name: 'sales', files: [file] })).toMatchObject({ version: 1 });
});

test('a second engine on the same project waits, says for whom, and is refused', async () => {
  const project = join(temporaryFolder(), 'project');
  const engine = await startEngine(project);
  const started = performance.now();
  await expect(startEngine(project)).rejects.toThrow(
    new RegExp(`ended with 4[\\s\\S]*process id ${engine.pid}[\\s\\S]*store\\.locked`),
  );
  expect(performance.now() - started).toBeGreaterThan(9_000);
  expect(await engine.call('project.verify', {})).toMatchObject({ ok: true });
});

test('a command beside a running engine uses it', async () => {
  const project = join(temporaryFolder(), 'project');
  const engine = await startEngine(project);
  const { code, json } = await galley<{ datasets: [] }>(['data', 'list', '--project', project, '--json']);
  expect({ code, json }).toEqual({ code: 0, json: { datasets: [] } });
  await engine.kill('SIGTERM');
  expect(existsSync(join(project, 'run', 'engine.json'))).toBe(false);
});

test('an engine comes back at the address that others were told, unless another program has it by now', async () => {
  const project = join(temporaryFolder(), 'project');
  const first = await startEngine(project);
  await first.kill('SIGKILL');
  const second = await startEngine(project);
  expect(second.port).toBe(first.port);
  await second.kill('SIGTERM');
  const other = createServer().listen(first.port, '127.0.0.1');
  onTestFinished(() => void other.close());
  await once(other, 'listening');
  const third = await startEngine(project);
  expect(third.port).not.toBe(first.port);
  await third.kill('SIGTERM');
  expect((await startEngine(project)).port).toBe(third.port);
});

test('a full disk during an import is told, and the project stays whole', async ({ skip }) => {
  const disk = join(temporaryFolder(), 'small-disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk], { stdio: 'pipe' });
  } catch {
    skip('a small tmpfs can be mounted by root on Linux only');
  }
  onTestFinished(() => {
    execFileSync('umount', ['-l', disk]);
  });
  const project = join(disk, 'project');
  const folder = temporaryFolder();
  const small = writeCsv(folder, 100);
  const random = join(folder, 'random.csv');
  const draw = seededRandom(1);
  const lines = Array.from({ length: 400_000 }, () => [draw(), draw(), draw(), draw()].join(','));
  writeFileSync(random, `a,b,c,d\n${lines.join('\n')}\n`);
  expect((await galley(['init', project, '--json'])).code).toBe(0);
  expect((await galley(['data', 'add', 'sales', small, '--project', project, '--json'])).code).toBe(0);
  const full = await galley<{ error: { code: string; hint: string } }>([
    'data',
    'add',
    'sales',
    random,
    '--project',
    project,
    '--json',
  ]);
  expect(full).toMatchObject({ code: 6, json: { error: { code: 'store.disk_full' } } });
  expect(await galley(['verify', '--project', project, '--json'])).toMatchObject({ code: 0, json: { ok: true } });
  expect(await galley(['data', 'show', 'sales', '--project', project, '--json'])).toMatchObject({
    code: 0,
    json: { version: { version: 1, rows: 100 } },
  });
});

test('a project of a newer format is refused and left as it is', async () => {
  const project = join(temporaryFolder(), 'project');
  await galley(['init', project, '--json']);
  const marker = join(project, 'project.json');
  writeFileSync(marker, readFileSync(marker, 'utf8').replace('"format": 1', '"format": 99'));
  const before = readFileSync(marker, 'utf8');
  const refused = await galley(['data', 'list', '--project', project, '--json']);
  expect(refused).toMatchObject({ code: 5, json: { error: { code: 'store.newer_format', kind: 'precondition' } } });
  expect(readFileSync(marker, 'utf8')).toBe(before);
});
