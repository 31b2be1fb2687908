import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { seededRandom } from '../../engine/base/random.ts';
import type { RecipeSummary } from '../../engine/contract/data-cleaning.ts';
import type { Job } from '../../engine/contract/jobs.ts';
import { galley, startEngine } from '../support/engine.ts';
import { temporaryFolder } from '../support/temporary.ts';

function writeRandom(folder: string, rows: number): string {
  const path = join(folder, `random-${rows}.csv`);
  const draw = seededRandom(1);
  const lines = Array.from({ length: rows }, (_, row) => [row, draw(), draw(), draw()].join(','));
  writeFileSync(path, `id,a,b,c\n${lines.join('\n')}\n`);
  return path;
}

/** Takes some seconds: a slow expression over every row. */
const slow = `format: 1
from: numbers
to: numbers_clean
steps:
  - kind: sort
    by: [{column: a}]
  - kind: derive
    column: text
    sql: ${Array.from({ length: 40 }, (_, index) => `md5(concat(a, b, ${index}))`).join(' || ')}
`;
const quick = 'format: 1\nfrom: numbers\nto: numbers_clean\nsteps:\n  - {kind: drop, columns: [c]}\n';

const works = ({ state, progress }: Job) => state === 'running' && progress !== null && progress.phase !== 'starting';
const ended = ({ state }: Job) => state !== 'running' && state !== 'queued';

test('an engine killed during a recipe leaves a whole project; the recipe runs again', async () => {
  const folder = temporaryFolder();
  const project = join(folder, 'project');
  const first = await startEngine(project);
  await first.result('data.add', { name: 'numbers', files: [writeRandom(folder, 200_000)] });
  await first.call('data.trust', {});
  const { job } = await first.call<{ job: Job }>('data.runRecipe', { name: 'slow', text: slow });
  await first.jobWhere(job.id, works);
  await first.kill('SIGKILL');

  const second = await startEngine(project);
  expect(await second.call('jobs.show', { id: job.id })).toMatchObject({ job: { state: 'interrupted' } });
  expect(await second.call('project.verify', {})).toMatchObject({ ok: true, problems: [] });
  expect(await second.call('data.list', {})).toMatchObject({ datasets: [{ name: 'numbers' }] });
  expect(await second.call('data.recipes', {})).toMatchObject({ recipes: [{ name: 'slow', lastRun: null }] });
  expect(await second.result('data.runRecipe', { name: 'quick', text: quick })).toMatchObject({
    version: 1,
    rows: 200_000,
  });
});

test('a canceled recipe stops within seconds and leaves nothing', async () => {
  const folder = temporaryFolder();
  const project = join(folder, 'project');
  const engine = await startEngine(project);
  await engine.result('data.add', { name: 'numbers', files: [writeRandom(folder, 200_000)] });
  const { job } = await engine.call<{ job: Job }>('data.runRecipe', { name: 'slow', text: slow });
  await engine.jobWhere(job.id, works);
  await engine.call('jobs.cancel', { id: job.id });
  expect(await engine.jobWhere(job.id, ended)).toMatchObject({ state: 'canceled' });
  expect(readdirSync(join(project, 'run', 'jobs'))).toEqual([]);
  const { recipes } = await engine.call<{ recipes: RecipeSummary[] }>('data.recipes', {});
  expect(recipes).toMatchObject([{ name: 'slow', lastRun: null }]);
});

test('a full disk during a recipe is told, and the project stays whole', async ({ skip }) => {
  const disk = join(temporaryFolder(), 'small-disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', disk], { stdio: 'pipe' });
  } catch {
    skip('a small tmpfs can be mounted by root on Linux only');
  }
  onTestFinished(() => {
    execFileSync('umount', ['-l', disk]);
  });
  const project = join(disk, 'project');
  const home = temporaryFolder();
  const command = <Output>(...words: string[]) => galley<Output>([...words, '--project', project, '--json'], { home });
  const folder = temporaryFolder();
  const recipe = join(folder, 'wide.yaml');
  const derived = Array.from(
    { length: 16 },
    (_, index) => `  - {kind: derive, column: d${index}, sql: "md5(concat(a, ${index}))"}\n`,
  );
  writeFileSync(recipe, `format: 1\nfrom: numbers\nto: numbers_wide\nsteps:\n${derived.join('')}`);
  await galley(['init', project, '--json'], { home });
  expect((await command('data', 'add', 'numbers', writeRandom(folder, 60_000))).code).toBe(0);
  const full = await command<{ error: { code: string } }>('data', 'clean', 'wide', '--recipe', recipe);
  expect(full).toMatchObject({ code: 6, json: { error: { code: 'store.disk_full' } } });
  expect(await command('verify')).toMatchObject({ code: 0, json: { ok: true } });
  expect(await command('data', 'list')).toMatchObject({ json: { datasets: [{ name: 'numbers' }] } });
});

test('the command line: run, preview, list, show; a project from elsewhere asks for trust', async () => {
  const folder = temporaryFolder();
  const home = temporaryFolder();
  const project = join(folder, 'project');
  const command = <Output>(...words: string[]) => galley<Output>([...words, '--project', project, '--json'], { home });
  await galley(['init', project, '--json'], { home });
  await command('data', 'add', 'numbers', writeRandom(folder, 20));
  const file = join(folder, 'recipe.yaml');
  writeFileSync(file, 'format: 1\nfrom: numbers\nto: numbers_clean\nsteps:\n  - {kind: filter, sql: id < 5}\n');
  expect(await command('data', 'clean', 'few', '--recipe', file, '--preview', '3')).toMatchObject({
    code: 0,
    json: { rows: { length: 3 }, steps: [{ rowsIn: 20, rowsOut: 5 }] },
  });
  expect(existsSync(join(project, 'recipes'))).toBe(false);
  expect(await command('data', 'clean', 'few', '--recipe', file)).toMatchObject({
    code: 0,
    json: { dataset: 'numbers_clean', version: 1, rows: 5 },
  });
  expect(await command('data', 'clean', 'few')).toMatchObject({ code: 0, json: { unchanged: true } });
  expect(await command('data', 'recipes')).toMatchObject({ json: { recipes: [{ name: 'few', to: 'numbers_clean' }] } });
  expect(await command('data', 'recipe', 'few')).toMatchObject({ json: { recipe: { file: 'recipes/few.yaml' } } });
  const added = await command('data', 'add', 'numbers', writeRandom(folder, 30));
  expect(added.code).toBe(0);
  expect(await command('data', 'show', 'numbers_clean')).toMatchObject({ json: { version: { rows: 5 } } });

  const pager = ['monitor', 'set-channel', 'pager', '--project', project, '--json', '--', '/usr/bin/notify', '--loud'];
  expect(await galley(pager, { home })).toMatchObject({ code: 0 });
  const copy = join(folder, 'copy');
  cpSync(project, copy, { recursive: true });
  const there = (...words: string[]) => galley([...words, '--project', copy, '--json'], { home });
  expect(await there('data', 'clean', 'few')).toMatchObject({
    code: 5,
    json: { error: { code: 'data.untrusted_sql' } },
  });
  const held = {
    texts: [{ sql: 'id < 5' }],
    actions: [{ place: 'alert channel pager', does: 'runs /usr/bin/notify --loud', needs: expect.any(String) }],
  };
  expect(await there('trust', '--look')).toMatchObject({ code: 0, json: { trusted: false, ...held } });
  expect(await there('data', 'clean', 'few')).toMatchObject({ code: 5 });
  expect(await there('trust')).toMatchObject({ code: 0, json: held });
  expect(await there('monitor', 'test-channel', 'pager')).toMatchObject({
    code: 6,
    json: { error: { code: 'monitor.not_told', message: expect.stringContaining('not set on this machine') } },
  });
  expect(await there('data', 'clean', 'few')).toMatchObject({ code: 0 });
});
