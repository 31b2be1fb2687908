import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { OutputOf } from '../../engine/contract/call.ts';
import type { packageCalls } from '../../engine/contract/package.ts';
import { galley } from '../support/engine.ts';
import { salesProject } from '../support/sales-project.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** A script of the project's own that counts the lines of what it is given. */
function writeScript(project: string): void {
  mkdirSync(join(project, 'scripts'));
  const text = [
    "import { readFileSync, writeFileSync } from 'node:fs';",
    "const lines = readFileSync('inputs/data.csv', 'utf8').trimEnd().split('\\n').length;",
    "writeFileSync('count.txt', lines + ' lines');",
    "console.log('counted');",
  ];
  writeFileSync(join(project, 'scripts', 'count.mjs'), text.join('\n'));
}

const pipeline = `format: 1
pipeline: renew
parameters: { window: 100d }
steps:
  - { name: rows, kind: fetch, dataset: sales }
  - name: fit
    kind: train
    data: rows
    like: sales@champion
    matrix: { learner: [linear, trees] }
    learner: \${learner}
    window: \${window}
  - { name: versions, kind: register, run: fit, model: sales }
  - { name: contest, kind: compare, challengers: versions, champion: sales@champion }
  - { name: gate, kind: gate, comparison: contest }
  - { name: sure, kind: approve, decision: gate }
  - { name: release, kind: deploy, decision: sure, when: sure.passed }
  - name: own
    kind: run
    data: rows
    command: [node, scripts/count.mjs]
    reads: [scripts]
    writes: [count.txt]
  - { name: nothing, kind: check, data: rows, when: not gate.passed }
`;

test('a pipeline runs as its exports do, each task alone in a clean folder, and the project takes back what came of it', async () => {
  const home = temporaryFolder();
  const project = await salesProject(home);
  writeScript(project);
  const say = <Output>(...words: string[]) => galley<Output>([...words, '--project', project, '--json'], { home });
  const file = join(home, 'renew.yaml');
  writeFileSync(file, pipeline);
  expect(await say('retrain', 'add', file)).toMatchObject({ code: 0 });

  const folder = join(home, 'alone');
  const isolated = ['retrain', 'run', 'renew', '--isolated', folder, '--approved-by', 'Ada', '--set', 'window=90d'];
  const { code, json, stderr } = await say<{ steps: { task: string; status: string }[] }>(...isolated);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(json.steps.map(({ task, status }) => [task, status])).toEqual([
    ['rows', 'succeeded'],
    ['fit (linear)', 'succeeded'],
    ['fit (trees)', 'succeeded'],
    ['versions (linear)', 'succeeded'],
    ['versions (trees)', 'succeeded'],
    ['contest', 'succeeded'],
    ['gate', 'succeeded'],
    ['sure', 'succeeded'],
    ['release', 'succeeded'],
    ['own', 'succeeded'],
    ['nothing', 'skipped'],
  ]);
  expect(readFileSync(join(folder, 'made', 'own', 'files', 'count.txt'), 'utf8')).toBe('201 lines');
  expect(readdirSync(join(folder, 'steps', 'rows'))).not.toContain('scripts');
  expect(readFileSync(join(folder, 'made', 'own', 'log.txt'), 'utf8')).toContain('counted');
  expect(readFileSync(join(folder, 'steps', 'rows', 'galley', 'renew', 'pipeline.yaml'), 'utf8')).toContain(
    'window: 90d',
  );
  const decision = JSON.parse(readFileSync(join(folder, 'made', 'sure', 'artifact.json'), 'utf8'));
  expect(decision).toMatchObject({ status: 'succeeded', artifact: { type: 'decision', passed: true, by: 'Ada' } });
  expect(readdirSync(join(folder, 'steps', 'gate', 'in'))).toEqual(['contest']);
  expect(existsSync(join(folder, 'made', 'release', 'package', 'Dockerfile'))).toBe(true);

  const remote = join(folder, 'remote');
  const release = join(folder, 'made', 'release');
  writeFileSync(join(release, 'package', 'stale'), '');
  const again = ['retrain', 'step', file, '--task', 'release', '--in', join(folder, 'made'), '--out', release];
  expect(await galley(again, { home, environment: { GALLEY_REMOTE: remote } })).toMatchObject({ code: 0, stderr: '' });
  expect(readdirSync(join(release, 'package'))).not.toContain('stale');

  expect(await say('data', 'remote', 'add', 'there', remote)).toMatchObject({ code: 0 });
  const back = await say<{ state: { number: number; aliases: Record<string, string> } }>(
    'retrain',
    'take-back',
    'renew',
  );
  expect(back.json.state).toMatchObject({
    number: 3,
    aliases: { 'sales@champion': expect.stringMatching(/^sales@\d$/) },
  });
  const { json: registry } = await say<OutputOf<typeof packageCalls.list>>('package', 'list');
  const [model] = registry.models;
  const champion = model?.versions.find(({ version }) => version === model.aliases.champion);
  expect(champion?.metrics?.r2 ?? 1).toBeGreaterThan(0.9);
  expect(model?.aliases.champion).not.toBe(1);
  expect(await say('verify')).toMatchObject({ code: 0, json: { ok: true } });
  expect(await say('package', 'verify', 'sales@champion')).toMatchObject({ code: 0 });
}, 240_000);

test('alone, a task that asks a person needs to be told who approved, and what is not declared is not there', async () => {
  const home = temporaryFolder();
  const project = await salesProject(home);
  writeScript(project);
  const say = (...words: string[]) => galley([...words, '--project', project], { home });
  const file = join(home, 'renew.yaml');
  writeFileSync(file, pipeline);
  await say('retrain', 'add', file);
  const folder = join(home, 'alone');
  const { code, stdout, stderr } = await say('retrain', 'run', 'renew', '--isolated', folder);
  expect(code).not.toBe(0);
  expect(stdout).toContain('sure: failed');
  expect(stdout).toContain('waits for a person');
  expect(stderr).toContain('Alone, sure failed');
  expect(stdout).toContain('release: skipped');
  const told = JSON.parse(readFileSync(join(folder, 'made', 'sure', 'artifact.json'), 'utf8'));
  expect(told).toMatchObject({
    status: 'failed',
    summary: expect.stringContaining('waits for a person'),
    artifact: null,
  });

  mkdirSync(join(home, 'empty'));
  const lone = ['retrain', 'step', file, '--task', 'gate', '--in', join(home, 'empty'), '--out', join(home, 'out')];
  const refused = await galley(lone, { home });
  expect(refused.stderr).toContain('GALLEY_REMOTE');
  const again = await say('retrain', 'run', 'renew', '--isolated', folder);
  expect(again.stderr).toContain('holds something');
}, 240_000);
