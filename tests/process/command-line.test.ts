import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { galley } from '../support/engine.ts';
import { temporaryFolder } from '../support/temporary.ts';

const penguins = fileURLToPath(new URL('../../resources/samples/penguins/penguins.csv', import.meta.url));

async function newProject(): Promise<string> {
  const project = join(temporaryFolder(), 'project');
  expect(await galley(['init', project, '--json'])).toMatchObject({
    code: 0,
    json: { project: { name: 'project', path: project } },
  });
  return project;
}

interface ErrorOutput {
  error: { code: string; kind: string; message: string; hint: string };
}

async function refusal(
  project: string,
  words: string[],
): Promise<{ exit: number | null; code: string; message: string }> {
  const { code, json } = await galley<ErrorOutput>([...words, '--project', project, '--json']);
  expect(json.error.hint).toMatch(/\S/);
  return { exit: code, code: json.error.code, message: json.error.message };
}

function file(content: string | Uint8Array, name = 'table.csv'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

test('wrong use names the right one, with exit 2', async () => {
  const project = await newProject();
  expect(await refusal(project, ['data', 'add', 'sales'])).toMatchObject({
    exit: 2,
    code: 'cli.usage',
    message: expect.stringContaining('galley data add NAME FILE'),
  });
  expect(await refusal(project, ['data', 'polish'])).toMatchObject({ exit: 2, code: 'cli.usage' });
  expect(await refusal(project, ['data', 'add', 'sales', penguins, '--apend'])).toMatchObject({
    exit: 2,
    code: 'cli.usage',
    message: expect.stringContaining('--apend'),
  });
  expect(await refusal(project, ['data', 'add', 'Big Sales', penguins])).toMatchObject({
    exit: 2,
    code: 'call.invalid_input',
    message: expect.stringContaining('name'),
  });
});

test('outside of a project, exit 3 and what to do', async () => {
  const folder = temporaryFolder();
  const { code, json } = await galley<ErrorOutput>(['data', 'list', '--json'], { cwd: folder });
  expect({ code, error: json.error }).toMatchObject({
    code: 3,
    error: { code: 'store.not_a_project', hint: expect.stringContaining('galley init') },
  });
});

test('help has an example', async () => {
  const { code, stdout } = await galley(['train', 'run', '--help']);
  expect(code).toBe(0);
  expect(stdout).toContain('galley train run sales --target price');
});

test('files that are no tables are refused with what they are', async () => {
  const project = await newProject();
  const add = (path: string) => refusal(project, ['data', 'add', 'sales', path]);
  expect(await add(file('<!doctype html><html><body>Log in</body></html>'))).toMatchObject({
    exit: 2,
    code: 'data.not_tabular',
  });
  expect(
    await add(file(new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13, 0, 255, 254]), 'picture.csv')),
  ).toMatchObject({ exit: 2 });
  expect(await add(file(''))).toMatchObject({ exit: 2, code: 'data.empty_file' });
  expect(await add(file('a,b,c\n'))).toMatchObject({ exit: 2, code: 'data.no_rows' });
  expect(await add('/nowhere/table.csv')).toMatchObject({ exit: 3 });
  expect(
    (await galley<{ datasets: unknown[] }>(['data', 'list', '--project', project, '--json'])).json.datasets,
  ).toEqual([]);
});

test('targets that cannot be learned are refused with the reason', async () => {
  const project = await newProject();
  const rows = Array.from({ length: 60 }, (_, row) => `${row},same,${row < 59 ? 'no' : 'yes'}`);
  await galley([
    'data',
    'add',
    'sales',
    file(`amount,constant,rare\n${rows.join('\n')}\n`),
    '--project',
    project,
    '--json',
  ]);
  const train = (...words: string[]) => refusal(project, ['train', 'run', 'sales', ...words]);
  expect(await train('--target', 'amuont')).toMatchObject({
    code: 'train.unknown_column',
    message: expect.stringContaining('amount'),
  });
  expect(await train('--target', 'constant')).toMatchObject({ exit: 2, code: 'train.target_constant' });
  expect(await train('--target', 'rare', '--split', 'time', '--by', 'amount', '--holdout', '0.2')).toMatchObject({
    exit: 2,
    code: 'train.one_class',
  });
  const linear = ['--target', 'rare', '--learner', 'linear'];
  expect(await train(...linear, '--holdout', '1.5')).toMatchObject({
    exit: 2,
    code: 'call.invalid_input',
    message: 'train.run: split/holdout must be below 1.',
  });
  expect(await train(...linear, '--every', '7', '--sensitive', 'constant', '--favourable', 'maybe')).toMatchObject({
    exit: 2,
    code: 'train.unknown_class',
    message: 'The target has no class "maybe". Its classes are false, true.',
  });
  expect(await refusal(project, ['train', 'run', 'sales@7', '--target', 'amount'])).toMatchObject({ exit: 3 });
  expect(await refusal(project, ['train', 'run', 'sails', '--target', 'amount'])).toMatchObject({ exit: 3 });
});

test('a training says what there is to know of its data, once', async () => {
  const project = await newProject();
  const rows = Array.from({ length: 60 }, (_, row) => `${(row * 7) % 20},same,${row % 6 === 0 ? '' : row % 7}`);
  const csv = file(`amount,constant,grade\n${rows.join('\n')}\n`);
  await galley(['data', 'add', 'sales', csv, '--project', project, '--json']);
  const words = ['train', 'run', 'sales', '--target', 'grade', '--learner', 'baseline,linear', '--project', project];
  const { stdout } = await galley(words);
  const warnings = stdout.split('\n').filter((line) => line.startsWith('Warning: '));
  expect(warnings).toContain('Warning: 10 rows without a target that can be learnt took no part.');
  expect(new Set(warnings).size).toBe(warnings.length);
  const shown = await galley(['train', 'show', '2', '--project', project]);
  expect(shown.stdout).toContain(warnings[0]);
});

test('the circle on the command line, with a port that is taken', async () => {
  const project = await newProject();
  const run = async <Output>(...words: string[]) => {
    const { code, json, stderr } = await galley<Output>([...words, '--project', project, '--json']);
    expect(code, stderr + JSON.stringify(json)).toBe(0);
    return json;
  };
  expect(await run('data', 'add', 'penguins', penguins)).toMatchObject({
    dataset: 'penguins',
    version: 1,
    rows: 344,
    unchanged: false,
  });
  expect(await run('data', 'add', 'penguins', penguins)).toMatchObject({ version: 1, unchanged: true });
  const trained = await run<{ best: { id: string; learner: string } }>(
    'train',
    'run',
    'penguins',
    '--target',
    'species',
    '--learner',
    'baseline,linear',
    '--split',
    'every-nth',
  );
  expect(trained.best).toMatchObject({ learner: 'linear', metrics: { accuracy: expect.closeTo(1, 1) } });
  expect(await run('train', 'reproduce', trained.best.id)).toMatchObject({ identical: true, differences: [] });
  expect(await run('package', 'add', trained.best.id, '--model', 'species')).toMatchObject({
    model: 'species',
    version: 1,
    parity: { rows: expect.any(Number) },
  });

  const stream = (stdin: string) =>
    galley(['deploy', 'predict', 'species', '--in', '-', '--out', '-', '--project', project], { stdin });
  const [names = '', bird = ''] = readFileSync(penguins, 'utf8').split('\n');
  const scored = await stream(`${names}\n${bird}\n`);
  expect(scored).toMatchObject({ code: 0, stderr: '' });
  expect(scored.stdout).toMatch(new RegExp(`^${names},label,probability_Adelie,[^\n]*\n${bird},Adelie,[^\n]*\n$`));
  const refused = await stream('{"bill_len": "long"}\n');
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toMatch(/^Line 1 does not fit the model: /);

  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  onTestFinished(() => void taken.close());
  const { port } = taken.address() as { port: number };
  const deployed = await run<{ url: string; deployment: string; warnings: { code: string }[] }>(
    'deploy',
    'start',
    'species',
    '--port',
    String(port),
  );
  onTestFinished(async () => {
    await galley(['deploy', 'stop', deployed.deployment, '--project', project, '--json']);
    const { pid } = JSON.parse(
      await import('node:fs').then(({ readFileSync }) => readFileSync(join(project, 'run', 'engine.json'), 'utf8')),
    );
    process.kill(pid, 'SIGTERM');
  });
  expect(deployed.warnings).toMatchObject([{ code: 'deploy.port_taken' }]);
  expect(Number(new URL(deployed.url).port)).not.toBe(port);
  const row = {
    island: 'Torgersen',
    bill_length_mm: 39.1,
    bill_depth_mm: 18.7,
    flipper_length_mm: 181,
    body_mass_g: 3750,
    sex: 'male',
    year: 2007,
  };
  const response = await fetch(`${deployed.url}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ rows: [row], ids: ['bird-1'] }),
  });
  expect(await response.json()).toMatchObject({ predictions: [{ row_id: 'bird-1', label: 'Adelie' }] });
  expect(await run('monitor', 'report', deployed.deployment)).toMatchObject({
    traffic: { rows: 1, requests: 1, errors: 0 },
  });
  expect(await run('verify')).toMatchObject({ ok: true });
});
