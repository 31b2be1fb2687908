import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { seededRandom } from '../../engine/base/random.ts';
import type { Run } from '../../engine/contract/train.ts';
import { type RunningEngine, startEngine } from '../support/engine.ts';
import { needsPlatform, needsRoot } from '../support/needs.ts';
import { temporaryFolder } from '../support/temporary.ts';

const penguins = fileURLToPath(new URL('../../resources/samples/penguins/penguins.csv', import.meta.url));

function file(content: string | Uint8Array, name = 'table.csv'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

/** The error of a call over HTTP, or of the job that it began. */
function refusal(engine: RunningEngine, name: string, input: unknown, isJob = true): Promise<unknown> {
  return (isJob ? engine.result(name, input) : engine.call(name, input)).then(
    () => 'no error',
    (error) => error,
  );
}

test('the interface refuses wrong files, targets and versions with a code, a message and a remedy', async () => {
  const engine = await startEngine(join(temporaryFolder(), 'project'));
  const add = (content: string) => refusal(engine, 'data.add', { name: 'sales', files: [file(content)] });
  expect(await add('<!doctype html><p>Log in</p>')).toMatchObject({ code: 'data.not_tabular', kind: 'invalid' });
  expect(await add('')).toMatchObject({ code: 'data.empty_file', hint: expect.stringMatching(/\S/) });
  expect(await add('a,b\n')).toMatchObject({ code: 'data.no_rows' });
  expect(await engine.call('data.list', {})).toEqual({ datasets: [] });

  const rows = Array.from({ length: 60 }, (_, row) => `${row},same,${row < 59 ? 'no' : 'yes'}`);
  await engine.result('data.add', { name: 'sales', files: [file(`amount,constant,rare\n${rows.join('\n')}\n`)] });
  const train = (input: object) => refusal(engine, 'train.run', { reference: 'sales', ...input });
  expect(await train({ target: 'amuont' })).toMatchObject({
    code: 'train.unknown_column',
    message: expect.stringContaining('"amount"'),
  });
  expect(await train({ target: 'constant' })).toMatchObject({ code: 'train.target_constant' });
  expect(await train({ target: 'rare', split: { kind: 'time', by: 'amount', holdout: 0.2 } })).toMatchObject({
    code: 'train.one_class',
  });
  expect(await train({ target: 'amount', reference: 'sales@9' })).toMatchObject({
    code: 'data.unknown_version',
    kind: 'not_found',
  });
  expect(await refusal(engine, 'package.show', { reference: 'price@3' }, false)).toMatchObject({ kind: 'not_found' });
  expect(await refusal(engine, 'train.run', { reference: 'sales', target: 7 })).toMatchObject({
    code: 'call.invalid_input',
  });
});

test('a port that is taken: the next free one is used, and said', async () => {
  const engine = await startEngine(join(temporaryFolder(), 'project'));
  await engine.result('data.add', { name: 'penguins', files: [penguins] });
  const { best } = await engine.result<{ best: Run }>('train.run', {
    reference: 'penguins',
    target: 'species',
    learners: ['linear'],
  });
  await engine.result('package.add', { run: best.id, model: 'species' });
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  onTestFinished(() => void taken.close());
  const { port } = taken.address() as { port: number };
  const started = await engine.call<{ port: number; url: string }>('deploy.start', { reference: 'species', port });
  expect(started).toMatchObject({
    status: 'running',
    warnings: [{ code: 'deploy.port_taken', message: expect.stringContaining(String(port)) }],
  });
  expect(started.port).not.toBe(port);
  expect((await fetch(`${started.url}/readyz`)).status).toBe(200);
});

test('a full disk is told over the interface, and what was there stays', async (context) => {
  needsPlatform(context, 'linux');
  needsRoot(context);
  const disk = join(temporaryFolder(), 'small-disk');
  mkdirSync(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk], { stdio: 'pipe' });
  onTestFinished(() => {
    execFileSync('umount', ['-l', disk]);
  });
  const engine = await startEngine(join(disk, 'project'));
  await engine.result('data.add', { name: 'sales', files: [penguins] });
  const draw = seededRandom(1);
  const lines = Array.from({ length: 400_000 }, () => [draw(), draw(), draw(), draw()].join(','));
  const large = file(`a,b,c,d\n${lines.join('\n')}\n`);
  expect(await refusal(engine, 'data.add', { name: 'sales', files: [large] })).toMatchObject({
    code: 'store.disk_full',
    kind: 'unavailable',
  });
  expect(await engine.call('data.show', { reference: 'sales' })).toMatchObject({ version: { version: 1, rows: 344 } });
  expect(await engine.call('project.verify', {})).toMatchObject({ ok: true });
});
